import { queryOptions } from '@tanstack/react-query';
import { hasCode } from '@/api/errors';
import { ask, client, done } from '@/api/http';
import type { components } from '@/api/schema';
import { fromBase64url } from '@/lib/e2e/bytes';
import { context } from '@/lib/e2e/context';
import { dropSigningKey, ownSigningKey, type SigningKey, signingKeyId } from '@/lib/e2e/signing';

export type DeviceKey = components['schemas']['DeviceKey'];

export const DEVICE_KEYS = ['device-keys'];

/** The keys that the person's browsers sign with, and which of them is this browser's. */
export function deviceKeysQuery(person: string) {
  return queryOptions({
    queryKey: [...DEVICE_KEYS, person],
    queryFn: async ({ signal }) => {
      const { items } = await ask(client.GET('/api/me/devices/keys', { signal }));
      return { items, here: await hereOf(person) };
    },
  });
}

/**
 * This browser's key for a person, known to the server: one that was revoked gives way to a new one. Rejects where the
 * browser keeps nothing.
 */
export async function registeredKey(person: string): Promise<SigningKey> {
  const key = await ownSigningKey(person);
  try {
    await register(person, key);
    return key;
  } catch (error) {
    if (!hasCode(error, 'device_key_used_up')) throw error;
  }
  await dropSigningKey(person);
  const next = await ownSigningKey(person);
  await register(person, next);
  return next;
}

/** Lets a key speak for the person no more. */
export function revokeDeviceKey(id: string): Promise<void> {
  return done(client.DELETE('/api/me/devices/keys/{key_id}', { params: { path: { key_id: id } } }));
}

async function register(person: string, { publicKey, sign }: SigningKey): Promise<void> {
  const proof = await sign(context('device-key', person, fromBase64url(publicKey)));
  await done(client.POST('/api/me/devices/keys', { body: { public_key: publicKey, proof } }));
}

async function hereOf(person: string): Promise<string | null> {
  try {
    return await signingKeyId((await ownSigningKey(person)).publicKey);
  } catch {
    return null; // a private window that keeps nothing
  }
}
