import { queryOptions } from '@tanstack/react-query';
import { ask, client, done } from '@/api/http';
import type { components } from '@/api/schema';
import { keepDue } from '@/api/secondFactor';
import { acceptSession } from '@/api/token';
import type { Session } from '@/api/types';

type Schemas = components['schemas'];

export type ProviderOffered = Schemas['ProviderOffered'];
export type Identity = Schemas['Identity'];
export type ToProve = Schemas['ToProve'];
export interface FederationResult {
  outcome: Schemas['FederationResult']['outcome'];
  /** Where to go on; undefined when nobody said. */
  next: string | undefined;
  session: Session | null;
}
type Start = Schemas['FederationStart'];
type Answer = Schemas['ProviderAnswer'];

/** The identity providers that the operator has set up; they change with a restart of the server at most. */
export const providersQuery = queryOptions({
  queryKey: ['providers-of-identity'],
  queryFn: () => ask(client.GET('/api/auth/federation')),
  staleTime: Infinity,
});

/** What this browser has proved at a provider, and what is missing. */
export const proofQuery = queryOptions({
  queryKey: ['federation-proof'],
  queryFn: async () => (await ask(client.GET('/api/auth/federation/proof'))).prove ?? null,
  gcTime: 0,
});

/** The accounts elsewhere that sign in to this one. */
export const identitiesQuery = queryOptions({
  queryKey: ['identities'],
  queryFn: () => ask(client.GET('/api/me/identities')),
});

/** Leaves for the provider's page; it sends the browser back to /sign-in/with/... */
export async function leaveForProvider(provider: string, start: Start, connect = false): Promise<void> {
  const options = { params: { path: { provider } }, body: start };
  const { url } = connect
    ? await ask(client.POST('/api/me/identities/{provider}/start', options))
    : await ask(client.POST('/api/auth/federation/{provider}/start', options));
  window.location.assign(url);
}

/** Takes up what the provider answered. */
export async function finishFederation(provider: string, answer: Answer): Promise<FederationResult> {
  const options = { params: { path: { provider } }, body: answer };
  return take(await ask(client.POST('/api/auth/federation/{provider}/finish', options)));
}

/** Mails a code to the address that is to be proved. */
export function mailConnectCode(): Promise<void> {
  return done(client.POST('/api/auth/federation/code'));
}

/** Proves the account by the mailed code, connects it and signs in. */
export async function proveByCode(code: string): Promise<FederationResult> {
  return take(await ask(client.POST('/api/auth/federation/prove', { body: { code } })));
}

/** Connects what this browser proved to the account that is signed in. */
export async function connectProved(): Promise<FederationResult> {
  return take(await ask(client.POST('/api/me/identities')));
}

/** Takes a connected account away. */
export function disconnect(identity: string): Promise<void> {
  return done(client.DELETE('/api/me/identities/{identity_id}', { params: { path: { identity_id: identity } } }));
}

/** Where to sign out of the provider that opened this session; null for any other session, or when it cannot be told. */
export async function providerSignOut(): Promise<string | null> {
  try {
    return (await ask(client.GET('/api/me/provider-sign-out'))).url ?? null;
  } catch {
    return null;
  }
}

/** What stands in the address after coming back: in the query, or after the # for a provider that posts its answer. */
export function answerIn(location: { search: string; hash: string }): Answer | null {
  const told = new URLSearchParams(location.search);
  new URLSearchParams(location.hash.replace(/^#/u, '')).forEach((value, name) => told.set(name, value));
  const state = told.get('state');
  if (!state) return null;
  const [code, iss, error] = [told.get('code'), told.get('iss'), told.get('error')];
  return { state, code, iss, error, name: told.get('name') ?? '' };
}

function take({ outcome, next, session, factor }: Schemas['FederationResult']): FederationResult {
  if (factor) keepDue(factor);
  const opened = (session ?? null) as Session | null;
  if (opened) acceptSession(opened);
  return { outcome, next: next === '' ? undefined : next, session: opened };
}
