import { beforeEach, describe, expect, it, vi } from 'vitest';
import { makeFakeServer } from '@/testing/fake';
import { PASSWORD, patient } from '@/testing/fake/cast';
import { hasCode } from './errors';
import { ask, client } from './http';
import { login } from './session';
import { accessToken, acceptSession, currentUser, dropSession, resumeSession } from './token';

const server = makeFakeServer();
let calls: string[] = [];

function serve(answer: (request: Request) => Response | Promise<Response> = server.answer): void {
  vi.stubGlobal('fetch', (input: string | Request, init?: RequestInit) => {
    const request = typeof input === 'string' ? new Request(new URL(input, window.location.origin), init) : input;
    calls.push(`${request.method} ${new URL(request.url).pathname}`);
    return Promise.resolve(answer(request));
  });
}

/** Calls with this token are refused until it has been renewed. */
function expire(): void {
  acceptSession({ access_token: 'expired', token_type: 'Bearer', expires_in: 0, user: patient });
}

const me = () => ask(client.GET('/api/me'));

describe('the session', () => {
  beforeEach(() => {
    dropSession();
    calls = [];
    serve();
  });

  it('is kept in memory, never in storage', async () => {
    const user = await login({ email: patient.email, password: PASSWORD });
    expect(currentUser()).toEqual(user);
    expect(JSON.stringify(localStorage)).not.toContain(accessToken());
  });

  it('is renewed once for many calls that find it expired, and each is sent again', async () => {
    await login({ email: patient.email, password: PASSWORD });
    expire();
    calls = [];
    const answers = await Promise.all([me(), me(), me()]);
    expect(answers.map(({ id }) => id)).toEqual([patient.id, patient.id, patient.id]);
    expect(calls.filter((call) => call === 'POST /api/auth/refresh')).toHaveLength(1);
    expect(calls.filter((call) => call === 'GET /api/me')).toHaveLength(6);
  });

  it('ends when it cannot be renewed', async () => {
    expire();
    server.clinic.cookie = null;
    await expect(me()).rejects.toSatisfy((error) => hasCode(error, 'not_signed_in'));
    expect(currentUser()).toBeNull();
  });

  it('outlasts a failing network', async () => {
    expire();
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(me()).rejects.toSatisfy((error) => hasCode(error, 'no_network'));
    expect(currentUser()).not.toBeNull();
  });

  it('is renewed once when a page is left in the middle, and the answer comes to the next one', async () => {
    await login({ email: patient.email, password: PASSWORD });
    document.cookie = 'openvisit_renewal=aaaa1111; path=/';
    localStorage.setItem('openvisit.renewing', JSON.stringify({ mark: 'aaaa1111', at: Date.now() }));
    calls = [];
    const resumed = resumeSession();
    await new Promise((done) => setTimeout(done, 200));
    expect(calls).toEqual([]);
    document.cookie = 'openvisit_renewal=bbbb2222; path=/';
    await resumed;
    expect(calls).toEqual(['POST /api/auth/refresh']);
    expect(localStorage.getItem('openvisit.renewing')).toBeNull();
  });

  it('is asked for again when the answer to a page that was left never came', async () => {
    await login({ email: patient.email, password: PASSWORD });
    document.cookie = 'openvisit_renewal=aaaa1111; path=/';
    localStorage.setItem('openvisit.renewing', JSON.stringify({ mark: 'aaaa1111', at: Date.now() - 9_900 }));
    calls = [];
    await resumeSession();
    expect(calls).toEqual(['POST /api/auth/refresh']);
  });

  it('is not asked for by a device on which nobody signed in', async () => {
    await resumeSession();
    expect(calls).toEqual([]);
  });

  it('sends the header that another site cannot forge', async () => {
    const headers: (string | null)[] = [];
    serve((request) => {
      headers.push(request.headers.get('X-OpenVisit'));
      return server.answer(request);
    });
    await login({ email: patient.email, password: PASSWORD });
    expire();
    await me();
    expect(headers).not.toHaveLength(0);
    expect(new Set(headers)).toEqual(new Set(['1']));
  });
});
