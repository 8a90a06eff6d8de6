import { type Bytes, concat, fromBase64url, toBase64url } from './bytes';
import { context } from './context';
import { type Identity, type PublicIdentity, readPublic } from './identity';

const AGREEMENT = { name: 'ECDH', namedCurve: 'P-256' } as const;
const VERSION = 1;
const POINT = 65;
/** The key is used once, for this one seal: its nonce need not differ from anything. */
const NONCE = new Uint8Array(12);

/**
 * Seals a small secret to one identity, so that only its private key opens it, and only for this `place` (a `context`).
 *
 * ECDH on P-256 between a key made for this seal and the identity's; HKDF-SHA-256 over what they share, with both
 * points as salt and `sealed-to` and the place as info; AES-256-GCM with the place as associated data. On the wire:
 * 1, the point of the key made for it (65 bytes), ciphertext and tag. Nothing says who sealed it: what needs that is
 * signed as well.
 */
export async function sealFor(publicKey: string, secret: Bytes, place: Bytes): Promise<string> {
  const receiver = await readPublic(publicKey);
  const pair = await crypto.subtle.generateKey(AGREEMENT, true, ['deriveBits']);
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const shared = await agree(pair.privateKey, receiver.agreement);
  const key = await keyFrom(shared, point, receiver.agreementPoint, place, 'encrypt');
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: NONCE, additionalData: place }, key, secret);
  return toBase64url(concat(Uint8Array.of(VERSION), point, new Uint8Array(sealed)));
}

/** Opens what `sealFor` made for this identity and this place. Throws for anything else. */
export async function openSealed(identity: Identity, sealed: string, place: Bytes): Promise<Bytes> {
  const bytes = fromBase64url(sealed);
  if (bytes[0] !== VERSION || bytes.length < 1 + POINT + 16) throw new TypeError('not a seal of ours');
  const own: PublicIdentity = await readPublic(identity.publicKey);
  const point = bytes.slice(1, 1 + POINT);
  const sender = await crypto.subtle.importKey('raw', point, AGREEMENT, true, []);
  const shared = await agree(identity.agreement, sender);
  const key = await keyFrom(shared, point, own.agreementPoint, place, 'decrypt');
  const opened = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: NONCE, additionalData: place },
    key,
    bytes.slice(1 + POINT),
  );
  return new Uint8Array(opened);
}

async function agree(privateKey: CryptoKey, publicKey: CryptoKey): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'ECDH', public: publicKey }, privateKey, 256));
}

async function keyFrom(
  shared: Bytes,
  sender: Uint8Array,
  receiver: Uint8Array,
  place: Bytes,
  usage: 'encrypt' | 'decrypt',
): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  const salt = concat(sender, receiver);
  const info = context('sealed-to', place);
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt, info };
  return crypto.subtle.deriveKey(derivation, material, { name: 'AES-GCM', length: 256 }, false, [usage]);
}
