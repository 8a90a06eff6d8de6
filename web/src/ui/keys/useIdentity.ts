import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type Keys, ownKeysQuery } from '@/api/keys';
import { currentUser, onSignOut } from '@/api/token';
import type { Identity } from '@/lib/e2e';
import { forgetAll, keep, kept } from '@/lib/e2e/keep';

/**
 * Where the person's keys are: `none` were made yet, `locked` are on the server but not in this browser, `ready` can be
 * used. `failed` when neither can be told.
 */
export type IdentityState =
  | { phase: 'loading' }
  | { phase: 'failed'; error: unknown; retry: () => void }
  | { phase: 'none' }
  | { phase: 'locked'; keys: Keys }
  | { phase: 'ready'; identity: Identity; keys: Keys };

const STORE = 'identities';
const watchers = new Set<() => void>();

// What was typed but not sent, and keys, are the person's who signs out; the next one may use the same device.
onSignOut(() => void forgetAll().catch(() => undefined));

/** The person's keys, as far as this browser has them. */
export function useIdentity(): IdentityState {
  const query = useQuery(ownKeysQuery());
  const [local, setLocal] = useState<{ identity: Identity | null } | null>(null);
  useEffect(() => {
    const person = currentUser()?.id;
    const read = () =>
      void kept<Identity>(STORE, person ?? '')
        .catch(() => undefined)
        .then((identity) => setLocal({ identity: identity ?? null }));
    read();
    watchers.add(read);
    return () => void watchers.delete(read);
  }, []);
  if (query.error && query.data === undefined) {
    return { phase: 'failed', error: query.error, retry: () => void query.refetch() };
  }
  if (query.data === undefined || local === null) return { phase: 'loading' };
  if (query.data === null) return { phase: 'none' };
  const { identity } = local;
  // Keys that were given up on another device are of no use here either.
  if (identity?.publicKey !== query.data.public_key) return { phase: 'locked', keys: query.data };
  return { phase: 'ready', identity, keys: query.data };
}

/** Keeps unlocked keys in this browser until the person signs out. */
export async function keepIdentity(identity: Identity): Promise<void> {
  await keep(STORE, currentUser()?.id ?? '', identity);
  watchers.forEach((watcher) => watcher());
}
