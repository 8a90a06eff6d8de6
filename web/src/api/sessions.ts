import { queryOptions } from '@tanstack/react-query';
import { ask, client, done } from '@/api/http';
import type { components } from '@/api/schema';
import { acceptUser } from '@/api/token';
import type { User } from '@/api/types';

export type OwnSession = components['schemas']['OwnSession'];

export const SESSIONS_KEY = ['own-sessions'];

/** Where the person is signed in. */
export function ownSessionsQuery() {
  return queryOptions({
    queryKey: SESSIONS_KEY,
    queryFn: async ({ signal }) => (await ask(client.GET('/api/me/sessions', { signal }))).items,
  });
}

/** Signs out one device. */
export function endOwnSession(id: string): Promise<void> {
  return done(client.DELETE('/api/me/sessions/{session_id}', { params: { path: { session_id: id } } }));
}

/** Signs out every other device. */
export function endOtherSessions(): Promise<void> {
  return done(client.POST('/api/me/sessions/end-others'));
}

/** Asks for another address; the server mails a code to it, and answers the same whether or not it is taken. */
export function askForEmail(email: string): Promise<void> {
  return done(client.POST('/api/me/email', { body: { email } }));
}

/** Takes the new address into use, by the code mailed to it. */
export async function confirmEmail(code: string): Promise<User> {
  const user = (await ask(client.POST('/api/me/email/confirm', { body: { code } }))) as User;
  acceptUser(user);
  return user;
}

/** Locks out whoever signed in from a new device, by the link of the notice. */
export function wasNotMe(token: string): Promise<void> {
  return done(client.POST('/api/auth/not-me', { body: { token } }));
}

/** Brings the address before back and locks out whoever changed it, by the link of the notice. */
export function undoEmail(token: string): Promise<void> {
  return done(client.POST('/api/auth/undo-email', { body: { token } }));
}
