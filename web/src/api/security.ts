import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
} from '@simplewebauthn/browser';
import { queryOptions } from '@tanstack/react-query';
import { ask, client, done } from '@/api/http';
import type { components } from '@/api/schema';
import { currentStanding, refreshSession } from '@/api/token';

type Schemas = components['schemas'];
export type Security = Schemas['Security'];
export type Passkey = Schemas['Passkey'];
export type ProofKind = Schemas['Proof']['kind'];
export type Proof = Schemas['Proof'];
export type TotpSetUp = Schemas['TotpSetUp'];
export type PasskeyAnswer = Schemas['PasskeyAnswer'];

/** Passkeys belong to a domain; an address in numbers has none. */
const IP_ADDRESS = /^[\d.]+$|:/u;

export const SECURITY_KEY = ['security'];

/** How the person signs in. */
export function securityQuery() {
  return queryOptions({
    queryKey: SECURITY_KEY,
    queryFn: ({ signal }) => ask(client.GET('/api/me/security', { signal })),
  });
}

/** Chooses another password; other devices are signed out. */
export function changePassword(body: Schemas['PasswordChange']): Promise<void> {
  return done(client.POST('/api/me/password', { body }));
}

/** Begins to set up an authenticator app. */
export function beginTotp(): Promise<TotpSetUp> {
  return ask(client.POST('/api/me/totp'));
}

/** Finishes it by the app's first code; answers with recovery codes when this is the first factor. */
export async function confirmTotp(code: string): Promise<string[] | null> {
  return added(await ask(client.POST('/api/me/totp/confirm', { body: { code } })));
}

/** Removes the authenticator app. */
export function removeTotp(): Promise<void> {
  return done(client.DELETE('/api/me/totp'));
}

/** Whether this browser can use passkeys at this address. */
export function passkeysWork(): boolean {
  return browserSupportsWebAuthn();
}

/** Whether the browser can offer passkeys among what it fills into a field. */
export async function passkeysAutofill(): Promise<boolean> {
  return !IP_ADDRESS.test(window.location.hostname) && (await browserSupportsWebAuthnAutofill());
}

/** Makes a passkey and keeps it; answers with recovery codes when this is the first factor. */
export async function addPasskey(name: string): Promise<string[] | null> {
  const { options } = await ask(client.POST('/api/me/passkeys/options'));
  const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON;
  const { id, rawId, response } = await startRegistration({ optionsJSON });
  const passkey: Schemas['NewPasskeyAnswer'] = {
    id,
    rawId,
    type: 'public-key',
    response: {
      clientDataJSON: response.clientDataJSON,
      attestationObject: response.attestationObject,
      transports: response.transports ?? [],
    },
  };
  return added(await ask(client.POST('/api/me/passkeys', { body: { name, passkey } })));
}

async function added({ recovery_codes }: Schemas['FactorAdded']): Promise<string[] | null> {
  // What a clinic demanded is done: the session says so once it is renewed.
  if (currentStanding().dueAt !== null) await refreshSession();
  return recovery_codes;
}

/** Gives a passkey another name. */
export function renamePasskey(id: string, name: string): Promise<void> {
  return done(client.PATCH('/api/me/passkeys/{passkey_id}', { params: { path: { passkey_id: id } }, body: { name } }));
}

/** Removes a passkey. */
export function removePasskey(id: string): Promise<void> {
  return done(client.DELETE('/api/me/passkeys/{passkey_id}', { params: { path: { passkey_id: id } } }));
}

/** New recovery codes in the place of the old. */
export async function renewRecoveryCodes(): Promise<string[]> {
  return (await ask(client.POST('/api/me/recovery-codes'))).codes;
}

/** How the person can prove who they are, best first. */
export async function stepUpWays(): Promise<ProofKind[]> {
  return (await ask(client.GET('/api/auth/step-up'))).ways;
}

/** Mails a code to who has neither a password nor a second factor. */
export function mailStepUpCode(): Promise<void> {
  return done(client.POST('/api/auth/step-up/mail'));
}

/** Proves who the person is, for some minutes. */
export async function stepUp(kind: ProofKind, secret = ''): Promise<void> {
  const body: Proof = { kind, secret };
  if (kind === 'passkey') body.passkey = await askPasskey((await ask(client.POST('/api/auth/step-up/options'))).options);
  return done(client.POST('/api/auth/step-up', { body }));
}

/** Asks the browser for a passkey. With `autofill` it waits until the person picks one beside a field. */
export async function askPasskey(options: object, autofill = false): Promise<PasskeyAnswer> {
  const optionsJSON = options as PublicKeyCredentialRequestOptionsJSON;
  const { id, rawId, response } = await startAuthentication({ optionsJSON, useBrowserAutofill: autofill });
  const { clientDataJSON, authenticatorData, signature, userHandle } = response;
  const handle = userHandle === undefined ? {} : { userHandle };
  return { id, rawId, type: 'public-key', response: { clientDataJSON, authenticatorData, signature, ...handle } };
}

/** Stops the reset of one's second factor by the secret of the mailed link. */
export function stopReset(token: string): Promise<void> {
  return done(client.POST('/api/auth/factor-reset/stop', { body: { token } }));
}

/** Gives up what the browser was asked for. */
export function forgetPasskeyRequest(): void {
  WebAuthnAbortService.cancelCeremony();
}
