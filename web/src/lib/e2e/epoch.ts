import { type Bytes, fromBase64url, randomBytes, sameBytes, sha256, toBase64url } from './bytes';
import { context } from './context';
import { type Identity, keyId, type PublicIdentity, sign, verify } from './identity';
import { openSealed, sealFor } from './sealing';

/** Somebody who is to read along: who, and by which public identity. */
export interface Reader {
  participant: string;
  publicKey: string;
}

/** The content key of an epoch, sealed to one reader. */
export interface Wrap {
  participant: string;
  key_id: string;
  wrapped: string;
}

/** An epoch of a room's conversation: one content key, from one change of who is there to the next. */
export interface Epoch {
  number: number;
  maker: string;
  /** SHA-256 of the content key: whoever hands the key on cannot hand on another. */
  commitment: string;
  /** The maker's, over room, number, commitment and for whom it was made. */
  signature: string;
  /** For whom it was made, as `participant key_id`, in order. */
  readers: string[];
}

/** Makes the next epoch: a new content key, sealed to every reader, and the maker's word that it is so. */
export async function makeEpoch(
  by: Identity,
  maker: string,
  room: string,
  number: number,
  readers: Reader[],
): Promise<{ epoch: Epoch; wraps: Wrap[] }> {
  const raw = randomBytes(32);
  const wraps = await Promise.all(readers.map((reader) => wrapFor(reader, room, number, raw)));
  const commitment = toBase64url(await sha256(raw));
  raw.fill(0);
  const named = wraps.map((wrap) => `${wrap.participant} ${wrap.key_id}`).sort();
  const signature = await sign(by, statement(room, { number, maker, commitment, readers: named }));
  return { epoch: { number, maker, commitment, signature, readers: named }, wraps };
}

/** Whether the maker said so: a key that the server made itself is found out here. */
export function epochIsGenuine(epoch: Epoch, room: string, maker: PublicIdentity): Promise<boolean> {
  return verify(maker, epoch.signature, statement(room, epoch));
}

/** The content key of an epoch for use. Throws when the wrap does not open, or holds another key than was said. */
export async function contentKey(identity: Identity, room: string, epoch: Epoch, wrap: Wrap): Promise<CryptoKey> {
  const raw = await openWrap(identity, room, epoch, wrap);
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
  raw.fill(0);
  return key;
}

/** Hands the content key of an epoch that one can read on to another reader. */
export async function handOn(
  identity: Identity,
  room: string,
  epoch: Epoch,
  own: Wrap,
  reader: Reader,
): Promise<Wrap> {
  const raw = await openWrap(identity, room, epoch, own);
  const wrap = await wrapFor(reader, room, epoch.number, raw);
  raw.fill(0);
  return wrap;
}

async function openWrap(identity: Identity, room: string, epoch: Epoch, wrap: Wrap): Promise<Bytes> {
  const raw = await openSealed(identity, wrap.wrapped, place(room, epoch.number, wrap.participant));
  if (!sameBytes(await sha256(raw), fromBase64url(epoch.commitment))) throw new TypeError('another key than was said');
  return raw;
}

async function wrapFor(reader: Reader, room: string, number: number, raw: Bytes): Promise<Wrap> {
  const { participant, publicKey } = reader;
  const wrapped = await sealFor(publicKey, raw, place(room, number, participant));
  return { participant, key_id: await keyId(publicKey), wrapped };
}

function place(room: string, number: number, participant: string): Bytes {
  return context('content-key', room, number, participant);
}

function statement(room: string, epoch: Omit<Epoch, 'signature'>): Bytes {
  return context('epoch-signature', room, epoch.number, epoch.maker, fromBase64url(epoch.commitment), ...epoch.readers);
}
