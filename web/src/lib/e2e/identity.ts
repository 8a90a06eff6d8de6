import { type Bytes, concat, fromBase64url, sha256, toBase64url, toHex } from './bytes';

const AGREEMENT = { name: 'ECDH', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
const POINT = 65;
const COORDINATE = 32;

/** Somebody's keys: by one pair others seal to them, by the other they sign. No script can read the private ones. */
export interface Identity {
  /** Both public keys, as they stand on the wire. */
  publicKey: string;
  agreement: CryptoKey;
  signing: CryptoKey;
}

/** The public half of an identity. */
export interface PublicIdentity {
  id: string;
  agreement: CryptoKey;
  /** The point of the agreement key, uncompressed. */
  agreementPoint: Bytes;
  verifying: CryptoKey;
}

/**
 * Makes an identity: two pairs on P-256, which every browser's WebCrypto knows. `secret` are its private keys, once, to
 * be sealed by the caller (`sealIdentity`) or put on a link (`makeGuestKey`).
 */
export async function makeIdentity(): Promise<{ identity: Identity; secret: Bytes }> {
  const agreement = await crypto.subtle.generateKey(AGREEMENT, true, ['deriveBits']);
  const signing = await crypto.subtle.generateKey(SIGNING, true, ['sign', 'verify']);
  const secret = concat(await secretOf(agreement.privateKey), await secretOf(signing.privateKey));
  return { identity: await identityFrom(secret), secret };
}

/** The identity of these private keys. Throws for bytes that are none. */
export async function identityFrom(secret: Uint8Array): Promise<Identity> {
  if (secret.length !== 6 * COORDINATE) throw new TypeError('not the keys of an identity');
  const [one, other] = [secret.subarray(0, 3 * COORDINATE), secret.subarray(3 * COORDINATE)];
  return {
    publicKey: toBase64url(concat(pointOf(one), pointOf(other))),
    agreement: await crypto.subtle.importKey('jwk', jwkOf(one), AGREEMENT, false, ['deriveBits']),
    signing: await crypto.subtle.importKey('jwk', jwkOf(other), SIGNING, false, ['sign']),
  };
}

/** Reads what stands on the wire. Throws for anything but two points of the curve. */
export async function readPublic(publicKey: string): Promise<PublicIdentity> {
  const bytes = fromBase64url(publicKey);
  if (bytes.length !== 2 * POINT) throw new TypeError('not a public identity');
  const [one, other] = [bytes.slice(0, POINT), bytes.slice(POINT)];
  return {
    id: await keyId(publicKey),
    agreement: await crypto.subtle.importKey('raw', one, AGREEMENT, true, []),
    agreementPoint: one,
    verifying: await crypto.subtle.importKey('raw', other, SIGNING, true, ['verify']),
  };
}

/** The short name of a public identity: half of its SHA-256, in hexadecimal. */
export async function keyId(publicKey: string): Promise<string> {
  return toHex((await sha256(fromBase64url(publicKey))).subarray(0, 16));
}

/** Six groups of five digits over the keys of everybody, for people to compare by voice. */
export async function safetyNumber(...publicKeys: string[]): Promise<string[]> {
  const parts = await Promise.all(publicKeys.map(async (key) => toHex(await sha256(fromBase64url(key)))));
  const digest = new DataView((await sha256(new TextEncoder().encode(parts.sort().join(' ')))).buffer);
  return Array.from({ length: 6 }, (_, at) => String(digest.getUint32(4 * at) % 100_000).padStart(5, '0'));
}

/** Signs as this identity (ECDSA P-256 over SHA-256). */
export async function sign(identity: Identity, what: Bytes): Promise<string> {
  return toBase64url(new Uint8Array(await crypto.subtle.sign(SIGNATURE, identity.signing, what)));
}

/** Whether the signature is that identity's over exactly these bytes. */
export async function verify(by: PublicIdentity, signature: string, what: Bytes): Promise<boolean> {
  try {
    return await crypto.subtle.verify(SIGNATURE, by.verifying, fromBase64url(signature), what);
  } catch {
    return false;
  }
}

/** Keys for somebody who has no account: the private ones go into the fragment of a link, which no server is sent. */
export async function makeGuestKey(): Promise<{ fragment: string; publicKey: string }> {
  const { identity, secret } = await makeIdentity();
  return { fragment: toBase64url(secret), publicKey: identity.publicKey };
}

/** The identity that a link's fragment carries. Throws for a fragment that is none. */
export function identityFromFragment(fragment: string): Promise<Identity> {
  return identityFrom(fromBase64url(fragment));
}

/** d, x and y of a private key, 32 bytes each. */
async function secretOf(key: CryptoKey): Promise<Bytes> {
  const { d, x, y } = await crypto.subtle.exportKey('jwk', key);
  return concat(...[d, x, y].map((part) => fromBase64url(part ?? '')));
}

function jwkOf(secret: Uint8Array): JsonWebKey {
  const part = (at: number) => toBase64url(secret.subarray(at * COORDINATE, (at + 1) * COORDINATE));
  return { kty: 'EC', crv: 'P-256', d: part(0), x: part(1), y: part(2) };
}

function pointOf(secret: Uint8Array): Bytes {
  return concat(Uint8Array.of(4), secret.subarray(COORDINATE));
}
