import type { StaffScope } from '@/api/people';
import { useSyncExternalStore } from 'react';
import { ask, client, done } from '@/api/http';
import { registeredKey } from '@/api/deviceKeys';
import { leaveLive } from '@/api/live';
import { askPasskey } from '@/api/security';
import { dropDue, keepDue, ticketDue } from '@/api/secondFactor';
import type { components } from '@/api/schema';
import { acceptSession, acceptUser, currentStanding, currentUser, endSession, onSession, type Standing } from '@/api/token';
import type { Role, Session, User } from '@/api/types';

type Schemas = components['schemas'];

/** Who has signed in; null when a second factor is due first (`api/secondFactor`). */
export type Entered = User | null;

/** Who is signed in, live; null when nobody is. */
export function useUser(): User | null {
  return useSyncExternalStore(onSession, currentUser);
}

/** How the session stands to what the person's clinics demand, live. */
export function useStanding(): Standing {
  return useSyncExternalStore(onSession, currentStanding);
}

/** Whether the person has one of the roles. */
export function hasRole(user: User | null, ...roles: Role[]): boolean {
  return user?.roles.some((role) => roles.includes(role)) ?? false;
}

/** Whether somebody is an admin, or on the staff with one of these scopes; at a clinic, or anywhere without one. */
export function worksAs(user: User | null, clinicId: string | undefined | null, ...scopes: StaffScope[]): boolean {
  return (user?.clinic_roles ?? []).some(
    (held) =>
      (clinicId === null || held.clinic_id === clinicId) &&
      (held.role === 'admin' || (held.scopes ?? []).some((scope) => scopes.includes(scope))),
  );
}

/** Where somebody begins after signing in: the agenda, the front desk, their office or, for patients, the search. */
export function homeOf(user: User): '/schedule' | '/desk' | '/admin/audit' | '/admin/privacy' | '/admin' | '/' {
  if (hasRole(user, 'provider')) return '/schedule';
  if (worksAs(user, null, 'front-desk', 'clinical')) return '/desk';
  if (worksAs(user, null, 'privacy')) return '/admin/audit';
  if (worksAs(user, null, 'analytics')) return '/admin/privacy';
  return hasRole(user, 'staff') ? '/admin' : '/';
}

/** Opens an account; the server mails a code and answers the same whether or not the address was known. */
export function register(body: Schemas['Registration']): Promise<void> {
  return done(client.POST('/api/auth/register', { body }));
}

/** Mails the code once more. */
export function resendCode(email: string): Promise<void> {
  return done(client.POST('/api/auth/resend', { body: { email } }));
}

/** Proves the address by the mailed code; signs in. */
export async function verify(body: Schemas['Verification']): Promise<Entered> {
  return take(await ask(client.POST('/api/auth/verify', { body })));
}

/** Signs in. */
export async function login(body: Schemas['Credentials']): Promise<Entered> {
  return take(await ask(client.POST('/api/auth/login', { body })));
}

/** Mails a code for choosing a new password; answers the same whether or not the address is known. */
export function forgotPassword(email: string): Promise<void> {
  return done(client.POST('/api/auth/forgot', { body: { email } }));
}

/** Chooses a new password by the mailed code; signs in. */
export async function resetPassword(body: Schemas['PasswordReset']): Promise<Entered> {
  return take(await ask(client.POST('/api/auth/reset', { body })));
}

/** Finishes a sign-in by a code of the app, or a recovery code. */
export async function enterByCode(kind: 'totp' | 'recovery-code', secret: string): Promise<User> {
  const body = { ticket: ticketDue(), proof: { kind, secret } };
  return finish(await ask(client.POST('/api/auth/factor', { body })));
}

/** Finishes a sign-in by a passkey. */
export async function enterByPasskey(): Promise<User> {
  const ticket = ticketDue();
  const { options } = await ask(client.POST('/api/auth/factor/options', { body: { ticket } }));
  const body = { ticket, proof: { kind: 'passkey' as const, passkey: await askPasskey(options) } };
  return finish(await ask(client.POST('/api/auth/factor', { body })));
}

let entering: Promise<User> | null = null;

/**
 * Signs in by a passkey alone. With `autofill` it waits until the person picks one beside a field; a button that is
 * pressed while that one is on its way joins it, since a second sign-in would end the first.
 */
export async function enterByPasskeyAlone(autofill = false): Promise<User> {
  const { options } = await ask(client.POST('/api/auth/passkey/options'));
  const already = entering ?? currentUser();
  if (already) return already;
  const passkey = await askPasskey(options, autofill);
  entering ??= ask(client.POST('/api/auth/passkey', { body: { passkey } })).then(accept);
  return entering.finally(() => {
    entering = null;
  });
}

/** Signs out here even when the server cannot be reached. */
export async function logout(): Promise<void> {
  leaveLive();
  try {
    await done(client.POST('/api/auth/logout'));
  } finally {
    endSession();
  }
}

/** Changes the person's own name, zone or language. */
export async function updateMe(body: Schemas['UserChanges']): Promise<User> {
  const user = (await ask(client.PATCH('/api/me', { body }))) as User;
  acceptUser(user);
  return user;
}

function finish(answer: Schemas['SignedIn']): User {
  dropDue();
  return accept(answer);
}

function take(answer: Schemas['SignedIn'] | Schemas['FactorDue']): Entered {
  if ('ticket' in answer) {
    keepDue(answer);
    return null;
  }
  return accept(answer);
}

function accept(answer: Schemas['SignedIn']): User {
  const session = answer as Session;
  acceptSession(session);
  // A call asks again; a browser that keeps nothing has no key between visits.
  if (!session.enrolling) registeredKey(session.user.id).catch(() => undefined);
  return session.user;
}
