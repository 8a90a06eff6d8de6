import { fromBase64url, toBase64url } from '@/lib/e2e/bytes';
import { context } from '@/lib/e2e/context';

const CURVE = { name: 'ECDH', namedCurve: 'P-256' } as const;
const KIND = 'p256:';

/** A pair of keys of one tab in one call. Its public half stands where other calls have the certificate's fingerprint. */
export interface Agreement {
  fingerprint: string;
  /** The key that only who holds the other half comes to as well. Throws for a fingerprint that is none of these. */
  with: (fingerprint: string, transcript: string) => Promise<CryptoKey>;
}

/** Makes a pair that no script can read out. */
export async function makeAgreement(): Promise<Agreement> {
  const pair = await crypto.subtle.generateKey(CURVE, false, ['deriveBits']);
  const point = await crypto.subtle.exportKey('raw', pair.publicKey);
  return {
    fingerprint: KIND + toBase64url(new Uint8Array(point)),
    with: async (fingerprint, transcript) => {
      if (!fingerprint.startsWith(KIND)) throw new TypeError('not a key to agree with');
      const theirs = fromBase64url(fingerprint.slice(KIND.length));
      const other = await crypto.subtle.importKey('raw', theirs, CURVE, false, []);
      const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: other }, pair.privateKey, 256);
      const material = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
      const derivation = { name: 'HKDF', hash: 'SHA-256', salt: fromBase64url(transcript), info: context('call-sealed') };
      return crypto.subtle.deriveKey(derivation, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    },
  };
}
