import type { KeyHolder } from '@/api/chats';
import { keep, kept } from '@/lib/e2e/keep';

/** Whose key was met before: a server that hands out another one is found out. */
export interface Pins {
  /** The key that this browser met first, or that the person said is right. */
  known: (participant: string) => Promise<string | undefined>;
  trust: (participant: string, publicKey: string) => Promise<void>;
}

const watchers = new Set<() => void>();

/** Calls back when somebody's key is known anew, wherever on the page that was said; returns how to stop. */
export function watchPins(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
}

/** The pins of one person in this browser; they outlast signing out, and name nobody but by ids. */
export function pinsOf(you: string): Pins {
  const known = (participant: string) => kept<string>('pins', `${you} ${participant}`);
  return {
    known,
    trust: async (participant, publicKey) => {
      if ((await known(participant)) === publicKey) return;
      await keep('pins', `${you} ${participant}`, publicKey);
      watchers.forEach((watcher) => watcher());
    },
  };
}

/** Those whose keys are others than this browser knew. Whom it has not met is met now. */
export async function changedAmong(pins: Pins, holders: readonly KeyHolder[]): Promise<KeyHolder[]> {
  const changed: KeyHolder[] = [];
  for (const one of holders) {
    const known = await pins.known(one.participant);
    if (known === undefined) await pins.trust(one.participant, one.public_key);
    else if (known !== one.public_key) changed.push(one);
  }
  return changed;
}
