import { addSeal, type Keys, keepKeys, type NewSeal, replaceKeys } from '@/api/keys';
import {
  type Bytes,
  type Identity,
  identityFrom,
  type IdentitySeal,
  makeIdentity,
  openSeal,
  phraseOf,
  randomBytes,
  readPhrase,
  sealIdentity,
} from '@/lib/e2e';
import { passkeySecret } from '@/lib/e2e/passkey';

/** The phrase is not one, or not that of these keys. */
export class WrongPhrase extends Error {}
/** The passkey, or the browser, has no secret to give. */
export class NoPrf extends Error {}

/** Keys that were made but not kept yet, and the phrase that will unlock them. */
export interface Draft {
  identity: Identity;
  secret: Bytes;
  phrase: string;
  seal: IdentitySeal;
}

/** Makes keys, and a phrase to show once. */
export async function draftKeys(): Promise<Draft> {
  const { identity, secret } = await makeIdentity();
  return { identity, secret, ...(await underPhrase(identity, secret)) };
}

/** Keeps the keys of a draft on the server, sealed; in the place of others, where `replaces` names them. */
export async function keepDraft(draft: Draft, replaces?: string): Promise<void> {
  const seals = [wired(draft.seal)];
  if (replaces) await replaceKeys(replaces, draft.identity.publicKey, seals);
  else await keepKeys(draft.identity.publicKey, seals);
  draft.secret.fill(0);
}

/** Makes keys that a passkey unlocks, without a phrase. */
export async function makeByPasskey(): Promise<Identity> {
  const { identity, secret } = await makeIdentity();
  const { credential, secret: given } = await askPasskey([]);
  const seal = await sealIdentity('passkey', given, identity.publicKey, secret);
  await keepKeys(identity.publicKey, [wired(seal, credential)]);
  secret.fill(0);
  return identity;
}

/** The private keys, by the phrase. Throws WrongPhrase. */
export async function openByPhrase(keys: Keys, typed: string): Promise<Bytes> {
  const bits = await readPhrase(typed);
  const seal = keys.seals.find((one) => one.kind === 'phrase');
  if (!bits || !seal) throw new WrongPhrase();
  return openSeal(seal, bits, keys.public_key).catch(() => {
    throw new WrongPhrase();
  });
}

/** The private keys, by a passkey that was added. Throws NoPrf, or what the browser throws. */
export async function openByPasskey(keys: Keys): Promise<Bytes> {
  const seals = keys.seals.filter((one) => one.kind === 'passkey');
  const { credential, secret } = await askPasskey(seals.map((one) => one.credential ?? ''));
  const seal = seals.find((one) => one.credential === credential);
  if (!seal) throw new NoPrf();
  return openSeal(seal, secret, keys.public_key);
}

/** The keys for use, out of the private ones, which are forgotten. Throws for those of somebody else. */
export async function usable(keys: Keys, secret: Bytes): Promise<Identity> {
  const identity = await identityFrom(secret);
  secret.fill(0);
  if (identity.publicKey !== keys.public_key) throw new WrongPhrase();
  return identity;
}

/** Lets one more passkey unlock the keys. */
export async function addPasskey(keys: Keys, secret: Bytes): Promise<void> {
  const { credential, secret: given } = await askPasskey([]);
  await addSeal(wired(await sealIdentity('passkey', given, keys.public_key, secret), credential));
}

/** A new phrase in the place of the one before; shown, confirmed, then kept by `addSeal`. */
export async function underPhrase(
  { publicKey }: { publicKey: string },
  secret: Bytes,
): Promise<{ phrase: string; seal: IdentitySeal }> {
  const bits = randomBytes(16);
  return { phrase: await phraseOf(bits), seal: await sealIdentity('phrase', bits, publicKey, secret) };
}

/** A seal as the server takes it. */
export function wired(seal: IdentitySeal, credential: string | null = null): NewSeal {
  return { ...seal, credential };
}

async function askPasskey(credentials: string[]) {
  const answer = await passkeySecret(credentials);
  if (!answer) throw new NoPrf();
  return answer;
}
