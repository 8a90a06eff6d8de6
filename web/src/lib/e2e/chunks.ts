import { type Bytes, concat, randomBytes } from './bytes';
import { context, type Purpose } from './context';

const NONCE = 12;
/** What a chunk's ciphertext is longer than its text: nonce and tag. */
export const CHUNK_OVERHEAD = NONCE + 16;

/** Where a chunk belongs: what of, which, and whether it is the last. */
export interface ChunkPlace {
  purpose: Extract<Purpose, 'file-chunk' | 'recording-chunk'>;
  of: string;
  index: number;
  last: boolean;
}

/** A key for one file. `raw` goes into the message that tells of the file. */
export async function newFileKey(): Promise<{ key: CryptoKey; raw: Bytes }> {
  const raw = randomBytes(32);
  return { key: await fileKey(raw), raw };
}

/** The key of a file from its bytes. */
export function fileKey(raw: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

/**
 * Encrypts one chunk (AES-256-GCM, random nonce in front). Its index and whether it is the last are associated data:
 * chunks that are left out, swapped, taken from another file, or cut off at the end do not open.
 */
export async function encryptChunk(key: CryptoKey, chunk: Bytes, place: ChunkPlace): Promise<Bytes> {
  const iv = randomBytes(NONCE);
  const additionalData = placeOf(place);
  return concat(iv, new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, chunk)));
}

/** Decrypts a chunk in its place. Throws when it is not the one that belongs there. */
export async function decryptChunk(key: CryptoKey, sealed: Bytes, place: ChunkPlace): Promise<Bytes> {
  const iv = sealed.slice(0, NONCE);
  const additionalData = placeOf(place);
  const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, sealed.slice(NONCE));
  return new Uint8Array(opened);
}

function placeOf({ purpose, of, index, last }: ChunkPlace): Bytes {
  return context(purpose, of, index, last ? 'last' : 'more');
}
