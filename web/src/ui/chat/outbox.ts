import { allKept, forget, keep, kept, type Store } from '@/lib/e2e/keep';
import type { Upload } from './content';

/** A message that has not left yet. It stays in this browser, encrypted, until it has or its writer takes it back. */
export interface Outgoing {
  id: string;
  room: string;
  text: string;
  at: number;
  files: { file: File; upload: Upload | null }[];
  /** The code of why it will not be tried again by itself; null while it will. */
  failed: string | null;
}

interface Sealed {
  id: string;
  room: string;
  iv: Uint8Array<ArrayBuffer>;
  text: ArrayBuffer;
  rest: Omit<Outgoing, 'text'>;
}

/** What waits to be sent in a room, in the order in which it was written. */
export async function waiting(room: string): Promise<Outgoing[]> {
  const found = (await allKept<Sealed>('outbox')).filter((one) => one.room === room);
  const opened = await Promise.all(found.map(async (one) => ({ ...one.rest, text: await open(one) })));
  return opened.sort((one, other) => one.at - other.at);
}

/** Keeps a message until it is sent. */
export async function putOut({ text, ...rest }: Outgoing): Promise<void> {
  await keep('outbox', rest.id, { id: rest.id, room: rest.room, rest, ...(await seal(text)) });
}

/** Forgets a message: it was sent, or taken back. */
export function takeIn(id: string): Promise<void> {
  return forget('outbox', id);
}

/** What was typed in a room and not sent. */
export async function draftOf(room: string): Promise<string> {
  const found = await kept<Omit<Sealed, 'rest'>>('drafts', room);
  return found ? open(found) : '';
}

/** Keeps what was typed. */
export async function keepDraft(room: string, text: string): Promise<void> {
  if (text) await keep('drafts', room, await seal(text));
  else await forget('drafts', room);
}

async function seal(text: string) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await ownKey();
  return { iv, text: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new TextEncoder().encode(text)) };
}

async function open({ iv, text }: Pick<Sealed, 'iv' | 'text'>): Promise<string> {
  return new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, await ownKey(), text));
}

let making: Promise<CryptoKey> | null = null;

/** A key of this browser's, for what it keeps for itself. No script can read it; signing out forgets it. */
function ownKey(): Promise<CryptoKey> {
  making ??= (async () => {
    const store: Store = 'local';
    const found = await kept<CryptoKey>(store, 'key');
    if (found) return found;
    const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    await keep(store, 'key', made);
    return made;
  })();
  return making.finally(() => (making = null));
}
