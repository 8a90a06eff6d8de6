import { type Bytes, concat, fromBase64url, randomBytes, toBase64url } from './bytes';
import { context } from './context';
import { type Identity, identityFrom } from './identity';

/** How an identity is kept on the server: sealed under something only its person has. */
export type SealKind = 'phrase' | 'passkey';

/** One seal around an identity's private keys. */
export interface IdentitySeal {
  kind: SealKind;
  salt: string;
  iterations: number;
  sealed: string;
}

/** What OWASP's Password Storage Cheat Sheet asks of PBKDF2-HMAC-SHA-256. */
export const ITERATIONS = 600_000;
/** A seal that asks for more work than this is not ours, and would freeze the page. */
const MOST_ITERATIONS = 10_000_000;
const NONCE = 12;

/**
 * Seals the private keys under the bits of a phrase (PBKDF2-SHA-256, then HKDF) or what a passkey's PRF gave (HKDF).
 * The seal is bound to its kind and to the public keys, so that the server cannot hand out one for another.
 */
export async function sealIdentity(
  kind: SealKind,
  secret: Bytes,
  publicKey: string,
  privateKeys: Bytes,
  iterations = ITERATIONS,
): Promise<IdentitySeal> {
  const salt = randomBytes(16);
  const rounds = kind === 'phrase' ? iterations : 0;
  const key = await sealingKey(kind, secret, salt, rounds);
  const iv = randomBytes(NONCE);
  const additionalData = place(kind, publicKey, rounds);
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, privateKeys);
  return { kind, salt: toBase64url(salt), iterations: rounds, sealed: toBase64url(concat(iv, new Uint8Array(sealed))) };
}

/** The private keys inside a seal. Throws when the secret is another, or the seal was made around other keys. */
export async function openSeal(seal: IdentitySeal, secret: Bytes, publicKey: string): Promise<Bytes> {
  if (seal.iterations > MOST_ITERATIONS) throw new TypeError('not a seal of ours');
  const key = await sealingKey(seal.kind, secret, fromBase64url(seal.salt), seal.iterations);
  const bytes = fromBase64url(seal.sealed);
  const additionalData = place(seal.kind, publicKey, seal.iterations);
  const iv = bytes.slice(0, NONCE);
  return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, bytes.slice(NONCE)));
}

/** As `openSeal`, for use: the private keys leave no trace that a script could read. */
export async function unlock(seal: IdentitySeal, secret: Bytes, publicKey: string): Promise<Identity> {
  const privateKeys = await openSeal(seal, secret, publicKey);
  const identity = await identityFrom(privateKeys);
  privateKeys.fill(0);
  if (identity.publicKey !== publicKey) throw new TypeError('these are the keys of somebody else');
  return identity;
}

function place(kind: SealKind, publicKey: string, iterations: number): Bytes {
  return context('identity-seal', kind, iterations, fromBase64url(publicKey));
}

async function sealingKey(kind: SealKind, secret: Bytes, salt: Bytes, iterations: number): Promise<CryptoKey> {
  const stretched = kind === 'phrase' ? await stretch(secret, salt, iterations) : secret;
  const material = await crypto.subtle.importKey('raw', stretched, 'HKDF', false, ['deriveKey']);
  const info = context(kind === 'phrase' ? 'phrase-key' : 'passkey-key');
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt, info };
  const usages: KeyUsage[] = ['encrypt', 'decrypt'];
  return crypto.subtle.deriveKey(derivation, material, { name: 'AES-GCM', length: 256 }, false, usages);
}

async function stretch(secret: Bytes, salt: Bytes, iterations: number): Promise<Bytes> {
  const material = await crypto.subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveBits']);
  const derivation = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(derivation, material, 256));
}
