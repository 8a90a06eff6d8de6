import { afterEach, describe, expect, it, vi } from 'vitest';
import { acceptSession, currentUser, endedBecause, refreshSession } from '@/api/token';
import type { Session, User } from '@/api/types';

const session = { access_token: 'token', user: { id: 'ana' } as User } as Session;

function answering(status: number, body: unknown): void {
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json(body, { status })));
}

afterEach(() => vi.unstubAllGlobals());

describe('a session that the server ended', () => {
  it('is forgotten, and why it ended is remembered until the next sign-in', async () => {
    acceptSession(session);
    answering(401, { code: 'session_ended', because: 'idle' });
    expect(await refreshSession()).toBe(false);
    expect(currentUser()).toBeNull();
    expect(endedBecause()).toBe('idle');
    // A reload begins with an empty module, and a visitor of whom nobody is known.
    answering(401, { code: 'not_signed_in' });
    await refreshSession();
    expect(endedBecause()).toBe('idle');
    acceptSession(session);
    expect(endedBecause()).toBeNull();
  });

  it('has no reason to tell when the person left on purpose, or nobody was there', async () => {
    for (const body of [{ code: 'session_ended', because: 'logout' }, { code: 'not_signed_in' }]) {
      acceptSession(session);
      answering(401, body);
      await refreshSession();
      expect(endedBecause()).toBeNull();
    }
  });
});
