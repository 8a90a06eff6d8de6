import { keep, kept } from './keyStore';

/** How a key stands to what this browser knows of somebody. */
export type Familiarity = 'first' | 'known' | 'changed' | 'compared';

/** The keys that somebody came with before; `compared` are those whose code was read aloud. */
export interface Pinned {
  keys: string[];
  compared: string[];
}

/** How well a key is known, by what was kept before. */
export function familiarity(pinned: Pinned | undefined, keyId: string): Familiarity {
  if (!pinned || pinned.keys.length === 0) return 'first';
  if (pinned.compared.includes(keyId)) return 'compared';
  return pinned.keys.includes(keyId) ? 'known' : 'changed';
}

/** Says how well `me` knows the key of `them` in this browser, and keeps it for the next time. */
export async function met(me: string, them: string, keyId: string): Promise<Familiarity> {
  const name = nameOf(me, them);
  const pinned = await kept<Pinned>('pins', name);
  const found = familiarity(pinned, keyId);
  if (found === 'first' || found === 'changed') {
    await keep('pins', name, { keys: [...(pinned?.keys ?? []), keyId], compared: pinned?.compared ?? [] });
  }
  return found;
}

/** Keeps that both read the same code aloud. */
export async function compared(me: string, them: string, keyId: string): Promise<void> {
  const name = nameOf(me, them);
  const pinned = (await kept<Pinned>('pins', name)) ?? { keys: [], compared: [] };
  const together = { keys: new Set([...pinned.keys, keyId]), compared: new Set([...pinned.compared, keyId]) };
  await keep('pins', name, { keys: [...together.keys], compared: [...together.compared] });
}

function nameOf(me: string, them: string): string {
  return `${me} ${them}`;
}
