import type { Session, User } from '@/api/types';

/**
 * The access token lives in this module and nowhere else: a script that reads the page's storage finds nothing.
 * The refresh token is an HttpOnly cookie that no script can read at all.
 */
let token: string | null = null;
let user: User | null = null;
let refreshing: Promise<boolean> | null = null;
let standing: Standing = { enrolling: false, dueAt: null };
const listeners = new Set<() => void>();
const leaving = new Set<() => void>();

/** Says only that somebody signed in on this device, so that a visitor's first page asks for no session in vain. */
const HINT = 'openvisit.signed-in';

/** What was sent to be renewed, by a page that has perhaps gone since. */
const SENT = 'openvisit.renewing';
/** How long the answer to a page that has gone is waited for. */
const ANSWER_MS = 10_000;
const LOOK_MS = 50;

/** Why the session of before ended. */
const ENDED = 'openvisit.ended';

/** The present access token. */
export function accessToken(): string | null {
  return token;
}

/** Who is signed in. */
export function currentUser(): User | null {
  return user;
}

/** How the session stands to what the person's clinics demand. */
export interface Standing {
  /** It can do nothing but set up a second factor. */
  enrolling: boolean;
  /** By when one must be set up; null when none is demanded, or there is one. */
  dueAt: string | null;
}

/** How the session stands to what the person's clinics demand. */
export function currentStanding(): Standing {
  return standing;
}

/** Calls back when somebody signs in or out, when the user changes, and when the token is renewed. */
export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Takes over the session that the server answered with. */
export function acceptSession(session: Session): void {
  token = session.access_token;
  user = session.user;
  rememberEnd(null);
  standing = { enrolling: session.enrolling ?? false, dueAt: session.factor_due_at ?? null };
  remember(true);
  announce();
}

/** Takes over a newer picture of the user. */
export function acceptUser(changed: User): void {
  user = changed;
  announce();
}

/** Signs out on purpose: what was typed is forgotten too, since the next person may use the same device. */
export function endSession(): void {
  leaving.forEach((listener) => listener());
  dropSession();
}

/** Calls back when somebody signs out on purpose, for whoever keeps something private in memory. */
export function onSignOut(listener: () => void): void {
  leaving.add(listener);
}

/** Forgets the session, such as one that has run out. */
export function dropSession(): void {
  token = null;
  user = null;
  standing = { enrolling: false, dueAt: null };
  remember(false);
  announce();
}

/**
 * Renews the session by the cookie; answers whether there is one. Callers at the same time share one request, and
 * tabs take turns: the refresh token rotates, and sending an old one twice ends the whole family.
 */
export function refreshSession(): Promise<boolean> {
  refreshing ??= inTurn(renew).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

/** At start: picks up the session of an earlier visit, if there was one on this device. */
export async function resumeSession(): Promise<void> {
  if (remembered()) await refreshSession();
}

async function renew(): Promise<boolean> {
  await answered();
  markSent(tokenMark());
  let response: Response;
  try {
    response = await fetch('/api/auth/refresh', {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'X-OpenVisit': '1', Accept: 'application/json' },
      // Whoever leaves the page meanwhile gets the new cookie all the same: the old one, sent again, would end the session.
      keepalive: true,
    });
  } catch {
    return false; // No network: the session may still be good, so keep what we know.
  } finally {
    markSent(null);
  }
  if (response.ok) {
    acceptSession((await response.json()) as Session);
    return true;
  }
  if (response.status === 401 || response.status === 403) {
    rememberEnd((await whyEnded(response)) ?? endedBecause());
    dropSession();
  }
  return false;
}

/**
 * Returns when nothing is under way for a page that was left in the middle: the new token comes to this one, as a
 * cookie that it sees by its mark. One that has not come after a while never will.
 */
async function answered(): Promise<void> {
  const sent = lastSent();
  if (!sent) return;
  const left = ANSWER_MS - Math.max(0, Date.now() - sent.at);
  for (let waited = 0; waited < left && sent.mark === tokenMark(); waited += LOOK_MS) {
    await new Promise((done) => setTimeout(done, LOOK_MS));
  }
}

/** The mark of the refresh token that this browser has now. */
function tokenMark(): string {
  return /(?:^|; )(?:__Host-)?openvisit_renewal=([^;]*)/u.exec(document.cookie)?.[1] ?? '';
}

function markSent(mark: string | null): void {
  try {
    if (mark === null) localStorage.removeItem(SENT);
    else localStorage.setItem(SENT, JSON.stringify({ mark, at: Date.now() }));
  } catch {
    // Without storage whoever reloads in the middle of a renewal may have to sign in again.
  }
}

function lastSent(): { mark: string; at: number } | null {
  try {
    return JSON.parse(localStorage.getItem(SENT) ?? 'null') as { mark: string; at: number } | null;
  } catch {
    return null;
  }
}

/** Why the session of before is over, as the server told it; null when nobody was signed in, or left on purpose. */
export function endedBecause(): string | null {
  try {
    return sessionStorage.getItem(ENDED);
  } catch {
    return null;
  }
}

/** For this tab, also over a reload: the page may have noticed before the person looked. */
function rememberEnd(because: string | null): void {
  try {
    if (because === null) sessionStorage.removeItem(ENDED);
    else sessionStorage.setItem(ENDED, because);
  } catch {
    // Without storage the page cannot say why.
  }
}

async function whyEnded(response: Response): Promise<string | null> {
  const problem = (await response.json().catch(() => null)) as { code?: string; because?: string } | null;
  return problem?.code === 'session_ended' && problem.because !== 'logout' ? (problem.because ?? 'expired') : null;
}

function inTurn(work: () => Promise<boolean>): Promise<boolean> {
  return 'locks' in navigator ? navigator.locks.request('openvisit.refresh', work) : work();
}

function announce(): void {
  listeners.forEach((listener) => listener());
}

function remember(signedIn: boolean): void {
  try {
    if (signedIn) localStorage.setItem(HINT, '1');
    else localStorage.removeItem(HINT);
  } catch {
    // Without storage the next visit starts signed out.
  }
}

function remembered(): boolean {
  try {
    return localStorage.getItem(HINT) === '1';
  } catch {
    return false;
  }
}
