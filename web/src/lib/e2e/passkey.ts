import { type Bytes, fromBase64url, randomBytes, sha256, toBase64url, utf8 } from './bytes';

/** The passkey that answered, and what its PRF gave: 32 bytes that only this passkey gives, here alone. */
export interface PasskeySecret {
  credential: string;
  secret: Bytes;
}

/**
 * Asks a passkey for the secret that keys are sealed under (WebAuthn level 3, section 10.1.4: the `prf` extension).
 *
 * Nothing of the answer is sent anywhere: the challenge proves nothing to anybody and is random. `credentials` narrows
 * it to those that hold a seal. Null when the authenticator has no PRF. Throws what the browser throws when the person
 * turns away.
 */
export async function passkeySecret(credentials: string[]): Promise<PasskeySecret | null> {
  const answer = await navigator.credentials.get({
    publicKey: {
      challenge: randomBytes(32),
      allowCredentials: credentials.map((id) => ({ type: 'public-key', id: fromBase64url(id) })),
      userVerification: 'required',
      extensions: { prf: { eval: { first: await sha256(utf8('openvisit/e2e/v1/passkey-prf')) } } },
    },
  });
  if (!(answer instanceof PublicKeyCredential)) return null;
  const first = answer.getClientExtensionResults().prf?.results?.first;
  if (!first) return null;
  const bytes = ArrayBuffer.isView(first) ? new Uint8Array(first.buffer.slice(0)) : new Uint8Array(first);
  return { credential: toBase64url(new Uint8Array(answer.rawId)), secret: new Uint8Array(bytes) };
}
