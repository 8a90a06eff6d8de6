import { queryOptions } from '@tanstack/react-query';
import { ask, client, done } from '@/api/http';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type Keys = Schemas['Keys'];
export type Seal = Schemas['Seal'];
export type NewSeal = Schemas['NewSeal'];
export type Escrow = Schemas['Escrow'];

export const KEYS_KEY = ['keys'];

/** The person's keys as the server keeps them: public, and sealed. */
export function ownKeysQuery() {
  return queryOptions({
    queryKey: KEYS_KEY,
    queryFn: async ({ signal }) => (await ask(client.GET('/api/me/keys', { signal }))).keys,
    staleTime: 60_000,
  });
}

/** Keeps the first keys. */
export async function keepKeys(public_key: string, seals: NewSeal[]): Promise<Keys | null> {
  return (await ask(client.POST('/api/me/keys', { body: { public_key, seals } }))).keys;
}

/** Keeps other keys in the place of those that cannot be unlocked. */
export async function replaceKeys(replaces: string, public_key: string, seals: NewSeal[]): Promise<Keys | null> {
  return (await ask(client.POST('/api/me/keys/replace', { body: { replaces, public_key, seals } }))).keys;
}

/** Adds a way to unlock the keys. */
export async function addSeal(seal: NewSeal): Promise<Keys | null> {
  return (await ask(client.POST('/api/me/keys/seals', { body: seal }))).keys;
}

/** Takes a way to unlock the keys away. */
export function removeSeal(id: string): Promise<void> {
  return done(client.DELETE('/api/me/keys/seals/{seal_id}', { params: { path: { seal_id: id } } }));
}

/** The clinic's own key, if it keeps one. */
export function escrowQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'escrow-key'],
    queryFn: async ({ signal }) =>
      (await ask(client.GET('/api/clinics/{clinic_id}/escrow-key', { params: of(clinicId), signal }))).escrow,
  });
}

/** Has the clinic read along. */
export async function setEscrow(clinicId: string, body: Schemas['NewEscrow']): Promise<Escrow | null> {
  return (await ask(client.PUT('/api/clinics/{clinic_id}/escrow-key', { params: of(clinicId), body }))).escrow;
}

/** Has the clinic read along no more. */
export function removeEscrow(clinicId: string): Promise<void> {
  return done(client.DELETE('/api/clinics/{clinic_id}/escrow-key', { params: of(clinicId) }));
}

function of(clinicId: string) {
  return { path: { clinic_id: clinicId } };
}
