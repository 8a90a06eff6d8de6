import { database } from '@/lib/database';

const STORES = ['identities', 'pins', 'outbox', 'drafts', 'local'] as const;

export type Store = (typeof STORES)[number];

const held = database<Store>('openvisit-e2e', STORES);

/** What the browser keeps of conversations until the person signs out: keys, whom one has met, what is not sent yet. */
export const { kept, allKept, keep, forget } = held;

/** Forgets everything that could be read by the next person at this device; whose keys were whose is remembered. */
export async function forgetAll(): Promise<void> {
  for (const store of STORES) {
    if (store !== 'pins') await held.clear(store);
  }
}
