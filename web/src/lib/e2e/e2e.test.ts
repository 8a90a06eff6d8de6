import { describe, expect, it } from 'vitest';
import {
  concat,
  contentKey,
  context,
  decryptChunk,
  encryptChunk,
  epochIsGenuine,
  fileKey,
  fromBase64url,
  handOn,
  identityFromFragment,
  keyId,
  makeEpoch,
  makeGuestKey,
  makeIdentity,
  newFileKey,
  newPhrase,
  openMessage,
  openSeal,
  openSealed,
  phraseOf,
  randomBytes,
  readPhrase,
  readPublic,
  safetyNumber,
  sealFor,
  sealIdentity,
  sealMessage,
  sign,
  textOf,
  toHex,
  unlock,
  utf8,
  verify,
} from '@/lib/e2e';
// Made by tests/support/e2e.py, which is written from the description and not from this code.
import vectors from './vectors.json';

const ROOM = '0197a3c2-5d21-7c3e-9b1f-3f6f5d7a1c01';
const flipped = (text: string, at = -2) => {
  const bytes = fromBase64url(text);
  const where = at < 0 ? bytes.length + at : at;
  bytes[where] = (bytes[where] ?? 0) ^ 1;
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
};

describe('what another implementation made', () => {
  it('has the same bytes for the same context', () => {
    expect(toHex(context('message', 'a', 'bc', 3))).toBe(vectors.context.hex);
    expect(context('message', 'ab', 'c')).not.toEqual(context('message', 'a', 'bc'));
  });

  it('agrees as RFC 5903 section 8.1 does', async () => {
    const [responder, initiator] = [vectors.identity, vectors.other];
    const own = await identityFromFragment(responder.fragment);
    expect(own.publicKey).toBe(responder.public);
    expect(toHex(fromBase64url(responder.fragment).subarray(0, 32))).toBe(vectors.rfc5903.responder);
    const other = await readPublic(initiator.public);
    const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: other.agreement }, own.agreement, 256);
    expect(toHex(new Uint8Array(shared))).toBe(vectors.rfc5903.shared);
    expect(await keyId(responder.public)).toBe(responder.id);
  });

  it('opens seals, epochs, messages and identities', async () => {
    const own = await identityFromFragment(vectors.identity.fragment);
    const { room, participant, sealed, secret } = vectors.sealed;
    expect(await openSealed(own, sealed, context('content-key', room, 1, participant))).toEqual(fromBase64url(secret));

    const { maker, number, commitment, signature, wraps } = vectors.epoch;
    const epoch = { number, maker, commitment, signature, readers: [`${maker} ${vectors.identity.id}`] };
    expect(await epochIsGenuine(epoch, room, await readPublic(own.publicKey))).toBe(true);
    const key = await contentKey(own, room, epoch, wraps[0]!);
    const { place, content, ...message } = vectors.message;
    expect(await openMessage(await readPublic(own.publicKey), key, place, message)).toEqual(content);

    const bits = fromBase64url(vectors.phrase.entropy);
    const byPhrase = { kind: 'phrase' as const, ...vectors.phrase };
    expect((await unlock(byPhrase, bits, own.publicKey)).publicKey).toBe(own.publicKey);
    const byPasskey = { kind: 'passkey' as const, iterations: 0, ...vectors.passkey };
    const opened = await openSeal(byPasskey, fromBase64url(vectors.passkey.secret), own.publicKey);
    expect(opened).toEqual(fromBase64url(vectors.identity.fragment));
  });
});

describe('an identity', () => {
  it('keeps its private keys from scripts', async () => {
    const { identity } = await makeIdentity();
    await expect(crypto.subtle.exportKey('jwk', identity.agreement)).rejects.toThrow();
    await expect(crypto.subtle.exportKey('jwk', identity.signing)).rejects.toThrow();
  });

  it('comes whole out of the fragment of a link', async () => {
    const { fragment, publicKey } = await makeGuestKey();
    const guest = await identityFromFragment(fragment);
    expect(guest.publicKey).toBe(publicKey);
    const word = utf8('here I am');
    const signature = await sign(guest, word);
    expect(await verify(await readPublic(publicKey), signature, word)).toBe(true);
    expect(await verify(await readPublic(publicKey), signature, utf8('here I was'))).toBe(false);
    expect(await verify(await readPublic((await makeGuestKey()).publicKey), signature, word)).toBe(false);
    expect(await verify(await readPublic(publicKey), 'no signature', word)).toBe(false);
    await expect(identityFromFragment(fragment.slice(4))).rejects.toThrow();
    await expect(readPublic(publicKey.slice(2))).rejects.toThrow();
  });

  it('has one number for both people, another with another key', async () => {
    const [one, other, third] = await Promise.all([makeGuestKey(), makeGuestKey(), makeGuestKey()]);
    const said = await safetyNumber(one.publicKey, other.publicKey);
    expect(await safetyNumber(other.publicKey, one.publicKey)).toEqual(said);
    expect(said.every((group) => /^\d{5}$/u.test(group))).toBe(true);
    expect(await safetyNumber(one.publicKey, third.publicKey)).not.toEqual(said);
  });

  it('is sealed by phrase and by passkey, each for itself', async () => {
    const { identity, secret } = await makeIdentity();
    const bits = randomBytes(16);
    const seal = await sealIdentity('phrase', bits, identity.publicKey, secret, 1_000);
    expect(await openSeal(seal, bits, identity.publicKey)).toEqual(secret);
    await expect(openSeal(seal, randomBytes(16), identity.publicKey)).rejects.toThrow();
    await expect(openSeal(seal, bits, (await makeGuestKey()).publicKey)).rejects.toThrow();
    await expect(openSeal({ ...seal, iterations: 999 }, bits, identity.publicKey)).rejects.toThrow();
    await expect(openSeal({ ...seal, iterations: 1e9 }, bits, identity.publicKey)).rejects.toThrow();
    await expect(openSeal({ ...seal, kind: 'passkey' }, bits, identity.publicKey)).rejects.toThrow();
    const other = await sealIdentity('passkey', randomBytes(32), identity.publicKey, secret);
    expect(other.iterations).toBe(0);
    await expect(openSeal(other, randomBytes(32), identity.publicKey)).rejects.toThrow();
  });
});

describe('a phrase', () => {
  it('is read however it is typed, and says the same bits', async () => {
    const bits = randomBytes(16);
    const phrase = await phraseOf(bits);
    expect(phrase).toMatch(/^([bdfghjklmnprstvz][aeio][bdfghjklmnprstvz][aeio][bdfghjklmnprstvz] ?){9}$/u);
    expect(await readPhrase(phrase)).toEqual(bits);
    expect(await readPhrase(`  ${phrase.toUpperCase().replaceAll(' ', '-\n')} `)).toEqual(bits);
    expect(await phraseOf(new Uint8Array(16))).toBe(`${'babab '.repeat(8)}${await lastWord(new Uint8Array(16))}`);
  });

  it('with one wrong letter is none', async () => {
    const phrase = await newPhrase();
    const first = phrase.startsWith('b') ? 'd' : 'b';
    expect(await readPhrase(first + phrase.slice(1))).toBeNull();
    expect(await readPhrase(phrase.slice(0, -1))).toBeNull();
    expect(await readPhrase(`x${phrase.slice(1)}`)).toBeNull();
    expect(await readPhrase('')).toBeNull();
  });

  async function lastWord(bits: Uint8Array<ArrayBuffer>): Promise<string> {
    return (await phraseOf(bits)).split(' ').at(-1) ?? '';
  }
});

describe('a seal to somebody', () => {
  it('opens for them, in its place, unchanged', async () => {
    const [pat, eve] = await Promise.all([makeGuestKey(), makeGuestKey()]);
    const secret = randomBytes(32);
    const place = context('recording-key', ROOM);
    const sealed = await sealFor(pat.publicKey, secret, place);
    const own = await identityFromFragment(pat.fragment);
    expect(await openSealed(own, sealed, place)).toEqual(secret);
    expect(await sealFor(pat.publicKey, secret, place)).not.toBe(sealed);
    await expect(openSealed(await identityFromFragment(eve.fragment), sealed, place)).rejects.toThrow();
    await expect(openSealed(own, sealed, context('content-key', ROOM))).rejects.toThrow();
    await expect(openSealed(own, flipped(sealed), place)).rejects.toThrow();
    await expect(openSealed(own, flipped(sealed, 0), place)).rejects.toThrow();
  });
});

describe('an epoch', () => {
  it('is read by those it was made for, and handed on', async () => {
    const [ada, pat, late] = await Promise.all([makeIdentity(), makeIdentity(), makeIdentity()]);
    const readers = [
      { participant: 'person:ada', publicKey: ada.identity.publicKey },
      { participant: 'person:pat', publicKey: pat.identity.publicKey },
    ];
    const { epoch, wraps } = await makeEpoch(ada.identity, 'person:ada', ROOM, 1, readers);
    expect(await epochIsGenuine(epoch, ROOM, await readPublic(ada.identity.publicKey))).toBe(true);
    expect(await epochIsGenuine(epoch, ROOM, await readPublic(pat.identity.publicKey))).toBe(false);
    expect(await epochIsGenuine({ ...epoch, number: 2 }, ROOM, await readPublic(ada.identity.publicKey))).toBe(false);
    const fewer = { ...epoch, readers: epoch.readers.slice(1) };
    expect(await epochIsGenuine(fewer, ROOM, await readPublic(ada.identity.publicKey))).toBe(false);

    const wrap = wraps[1]!;
    const guest = { participant: 'guest:late', publicKey: late.identity.publicKey };
    const handed = await handOn(pat.identity, ROOM, epoch, wrap, guest);
    const place = { id: 'm', room: ROOM, epoch: 1, sender: 'person:pat', key_id: wrap.key_id, sequence: 1 };
    const key = await contentKey(pat.identity, ROOM, epoch, wrap);
    const message = await sealMessage(pat.identity, key, place, { text: 'hello' });
    const theirs = await contentKey(late.identity, ROOM, epoch, handed);
    const by = await readPublic(pat.identity.publicKey);
    expect(await openMessage(by, theirs, place, message)).toEqual({ text: 'hello' });
    await expect(contentKey(ada.identity, ROOM, epoch, wrap)).rejects.toThrow();
  });

  it('whose key is not the one that was said is refused', async () => {
    const pat = await makeIdentity();
    const readers = [{ participant: 'person:pat', publicKey: pat.identity.publicKey }];
    const one = await makeEpoch(pat.identity, 'person:pat', ROOM, 1, readers);
    const other = await makeEpoch(pat.identity, 'person:pat', ROOM, 1, readers);
    await expect(contentKey(pat.identity, ROOM, one.epoch, other.wraps[0]!)).rejects.toThrow('another key');
  });
});

describe('a message', () => {
  it('stands in its place or does not open', async () => {
    const [pat, eve] = await Promise.all([makeIdentity(), makeIdentity()]);
    const { key } = await newFileKey();
    const place = { id: 'm', room: ROOM, epoch: 1, sender: 'person:pat', key_id: 'k', sequence: 1 };
    const sealed = await sealMessage(pat.identity, key, place, { text: 'one' });
    const by = await readPublic(pat.identity.publicKey);
    expect(await openMessage(by, key, place, sealed)).toEqual({ text: 'one' });
    const moved = [{ sequence: 2 }, { epoch: 2 }, { room: 'other' }, { sender: 'person:eve' }, { id: 'n' }, { key_id: 'l' }];
    for (const change of moved) await expect(openMessage(by, key, { ...place, ...change }, sealed)).rejects.toThrow();
    const changed = { ...sealed, ciphertext: flipped(sealed.ciphertext) };
    await expect(openMessage(by, key, place, changed)).rejects.toThrow('not signed');
    const forged = await sealMessage(eve.identity, key, place, { text: 'two' });
    await expect(openMessage(by, key, place, forged)).rejects.toThrow('not signed');
  });

  it('does not tell a yes from a no by its length', async () => {
    const { identity } = await makeIdentity();
    const { key } = await newFileKey();
    const place = { id: 'm', room: ROOM, epoch: 1, sender: 's', key_id: 'k', sequence: 1 };
    const [yes, no] = await Promise.all(['yes', 'no'].map((text) => sealMessage(identity, key, place, { text })));
    expect(yes?.ciphertext.length).toBe(no?.ciphertext.length);
  });
});

describe('a file', () => {
  it('opens whole, in order, to its end', async () => {
    const { key, raw } = await newFileKey();
    const place = (index: number, last: boolean) => ({ purpose: 'file-chunk' as const, of: 'f', index, last });
    const one = await encryptChunk(key, utf8('one'), place(0, false));
    const two = await encryptChunk(key, utf8('two'), place(1, true));
    const same = await fileKey(raw);
    const read = concat(await decryptChunk(same, one, place(0, false)), await decryptChunk(same, two, place(1, true)));
    expect(textOf(read)).toBe('onetwo');
    await expect(decryptChunk(same, one, place(0, true))).rejects.toThrow();
    await expect(decryptChunk(same, two, place(0, false))).rejects.toThrow();
    await expect(decryptChunk(same, two, { ...place(1, true), of: 'g' })).rejects.toThrow();
  });
});
