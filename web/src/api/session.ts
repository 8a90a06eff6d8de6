import { useSyncExternalStore } from 'react';
import { ask, client, done } from '@/api/http';
import type { components } from '@/api/schema';
import { acceptSession, acceptUser, currentUser, endSession, onSession } from '@/api/token';
import type { Role, Session, User } from '@/api/types';

type Schemas = components['schemas'];

/** Who is signed in, live; null when nobody is. */
export function useUser(): User | null {
  return useSyncExternalStore(onSession, currentUser);
}

/** Whether the person has one of the roles. */
export function hasRole(user: User | null, ...roles: Role[]): boolean {
  return user?.roles.some((role) => roles.includes(role)) ?? false;
}

/** Where somebody begins after signing in: the agenda, the front desk or, for patients, the search. */
export function homeOf(user: User): '/schedule' | '/desk' | '/' {
  if (hasRole(user, 'provider')) return '/schedule';
  return hasRole(user, 'staff', 'admin') ? '/desk' : '/';
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
export async function verify(body: Schemas['Verification']): Promise<User> {
  return take((await ask(client.POST('/api/auth/verify', { body }))) as Session);
}

/** Signs in. */
export async function login(body: Schemas['Credentials']): Promise<User> {
  return take((await ask(client.POST('/api/auth/login', { body }))) as Session);
}

/** Mails a code for choosing a new password; answers the same whether or not the address is known. */
export function forgotPassword(email: string): Promise<void> {
  return done(client.POST('/api/auth/forgot', { body: { email } }));
}

/** Chooses a new password by the mailed code; signs in. */
export async function resetPassword(body: Schemas['PasswordReset']): Promise<User> {
  return take((await ask(client.POST('/api/auth/reset', { body }))) as Session);
}

/** Signs out here even when the server cannot be reached. */
export async function logout(): Promise<void> {
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

function take(session: Session): User {
  acceptSession(session);
  return session.user;
}
