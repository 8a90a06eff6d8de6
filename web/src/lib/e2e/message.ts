import { type Bytes, concat, fromBase64url, randomBytes, sha256, textOf, toBase64url, utf8 } from './bytes';
import { context } from './context';
import { type Identity, type PublicIdentity, sign, verify } from './identity';

const NONCE = 12;
/** Lengths are rounded up to this, so that a "yes" is not told from a "no" by its size. */
const PADDING = 64;

/** Where a message stands: all of it is bound to the ciphertext. */
export interface MessagePlace {
  id: string;
  room: string;
  epoch: number;
  sender: string;
  key_id: string;
  /** The sender's own count in this room, from 1: a message that is left out leaves a gap, one said twice shows. */
  sequence: number;
}

/** A message as the server keeps it. */
export interface SealedMessage {
  ciphertext: string;
  signature: string;
}

/** Encrypts what is said (AES-256-GCM under the epoch's content key) and signs it as the sender. */
export async function sealMessage(
  by: Identity,
  key: CryptoKey,
  place: MessagePlace,
  content: unknown,
): Promise<SealedMessage> {
  const iv = randomBytes(NONCE);
  const additionalData = placeOf(place);
  const text = padded(utf8(JSON.stringify(content)));
  const sealed = concat(iv, new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, text)));
  const signature = await sign(by, await statement(additionalData, sealed));
  return { ciphertext: toBase64url(sealed), signature };
}

/** What was said. Throws when the sender did not sign it, or it was meant for another place. */
export async function openMessage(
  from: PublicIdentity,
  key: CryptoKey,
  place: MessagePlace,
  sealed: SealedMessage,
): Promise<unknown> {
  const bytes = fromBase64url(sealed.ciphertext);
  const additionalData = placeOf(place);
  if (!(await verify(from, sealed.signature, await statement(additionalData, bytes)))) {
    throw new TypeError('not signed by its sender');
  }
  const iv = bytes.slice(0, NONCE);
  const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, bytes.slice(NONCE));
  return JSON.parse(textOf(new Uint8Array(opened)));
}

function placeOf({ id, room, epoch, sender, key_id, sequence }: MessagePlace): Bytes {
  return context('message', id, room, epoch, sender, key_id, sequence);
}

async function statement(place: Bytes, sealed: Bytes): Promise<Bytes> {
  return context('message-signature', place, await sha256(sealed));
}

function padded(bytes: Bytes): Bytes {
  const length = Math.ceil(bytes.length / PADDING) * PADDING;
  return concat(bytes, new Uint8Array(length - bytes.length).fill(0x20)); // JSON may end in spaces
}
