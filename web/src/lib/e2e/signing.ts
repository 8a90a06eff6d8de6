import { type Bytes, fromBase64url, sha256, toBase64url } from './bytes';
import { forget, keep, kept } from './keyStore';

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
const POINT = 65;
const GUEST_SECRET = 96;

/** A pair of keys that speaks for somebody; the private one stays where it is. */
export interface SigningKey {
  /** The point on P-256, uncompressed, base64url. */
  publicKey: string;
  sign: (what: Bytes) => Promise<string>;
}

/** This browser's key for a person: made at first use, kept in IndexedDB in a form that no script can read out. */
export async function ownSigningKey(person: string): Promise<SigningKey> {
  const pair = await kept<CryptoKeyPair>('signing', person);
  return signingKey(pair ?? (await madeFor(person)));
}

/** Lets the person's next key here be another one, when this one was revoked. */
export function dropSigningKey(person: string): Promise<void> {
  return forget('signing', person);
}

/** The key that a guest's link carries behind its agreement key (`makeGuestKey`). Throws for a fragment that is none. */
export async function guestSigningKey(fragment: string): Promise<SigningKey> {
  const secret = fromBase64url(fragment);
  if (secret.length !== 2 * GUEST_SECRET) throw new TypeError('not the key of a guest');
  const part = (at: number) => toBase64url(secret.subarray(GUEST_SECRET + 32 * at, GUEST_SECRET + 32 * (at + 1)));
  const jwk = { kty: 'EC', crv: 'P-256', d: part(0), x: part(1), y: part(2) };
  const privateKey = await crypto.subtle.importKey('jwk', jwk, CURVE, false, ['sign']);
  const point = { kty: 'EC', crv: 'P-256', x: part(1), y: part(2) };
  return signingKey({ privateKey, publicKey: await crypto.subtle.importKey('jwk', point, CURVE, true, ['verify']) });
}

/** The signing half of a guest's public identity. */
export function guestPublicKey(identity: string): string {
  return toBase64url(fromBase64url(identity).slice(-POINT));
}

/** Whether the signature is by this public key over exactly these bytes; false for what is no key at all. */
export async function signedBy(publicKey: string, signature: string, what: Bytes): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey('raw', fromBase64url(publicKey), CURVE, false, ['verify']);
    return await crypto.subtle.verify(SIGNATURE, key, fromBase64url(signature), what);
  } catch {
    return false;
  }
}

/** What a public key is known by: its SHA-256. */
export async function signingKeyId(publicKey: string): Promise<string> {
  return toBase64url(await sha256(fromBase64url(publicKey)));
}

/** A key of no more than this moment. */
export async function passingKey(): Promise<SigningKey> {
  return signingKey(await crypto.subtle.generateKey(CURVE, false, ['sign', 'verify']));
}

async function madeFor(person: string): Promise<CryptoKeyPair> {
  const pair = await crypto.subtle.generateKey(CURVE, false, ['sign', 'verify']);
  await keep('signing', person, pair);
  // Two tabs may have made one each: what was kept last is the browser's.
  return (await kept<CryptoKeyPair>('signing', person)) ?? pair;
}

async function signingKey({ privateKey, publicKey }: CryptoKeyPair): Promise<SigningKey> {
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', publicKey));
  return {
    publicKey: toBase64url(point),
    sign: async (what) => toBase64url(new Uint8Array(await crypto.subtle.sign(SIGNATURE, privateKey, what))),
  };
}
