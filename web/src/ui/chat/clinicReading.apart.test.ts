import { describe, expect, it, vi } from 'vitest';
import type { ChatMessage } from '@/api/chats';
import type { ClinicConversation } from '@/api/clinicChats';
import { contentKey, type Identity, keyId, makeEpoch, makeIdentity, phraseOf, randomBytes, sealIdentity, sealMessage } from '@/lib/e2e';
import { WrongPhrase } from '@/ui/keys/making';
import { clinicIdentities, readForClinic } from './clinicReading';

vi.mock('@/api/http', () => ({ ask: vi.fn(), client: {}, callBytes: vi.fn(), done: vi.fn() }));

const ROOM = '0197a3c2-5d15-7f2b-8c66-7d8e9fa0b1c2';
const CLINIC = 'clinic:0197a3c2-5d10-7a54-8e2d-9a0c4b7e6f10';
const PAT = 'person:pat';

/** A key of the clinic's, sealed under a phrase as its admin's browser did. */
async function clinicKey() {
  const { identity, secret } = await makeIdentity();
  const bits = randomBytes(16);
  const { kind: _, ...seal } = await sealIdentity('phrase', bits, identity.publicKey, secret, 1);
  const key_id = await keyId(identity.publicKey);
  const kept = { ...seal, key_id, public_key: identity.publicKey, made_at: '2027-03-01T14:00:00Z' };
  return { identity, kept, phrase: await phraseOf(bits) };
}

/** One message for each of `readers`, under a content key sealed to the writer and to the clinic's key, if there is one. */
async function said(clinics: (Identity | null)[]) {
  const { identity: pat } = await makeIdentity();
  const key_id = await keyId(pat.publicKey);
  const epochs = [];
  const messages: ChatMessage[] = [];
  for (const [at, clinic] of clinics.entries()) {
    const number = at + 1;
    const readers = [{ participant: PAT, publicKey: pat.publicKey }];
    if (clinic) readers.push({ participant: CLINIC, publicKey: clinic.publicKey });
    const { epoch, wraps } = await makeEpoch(pat, PAT, ROOM, number, readers);
    const key = await contentKey(pat, ROOM, epoch, wraps[0]!);
    const place = { id: `m${number}`, room: ROOM, epoch: number, sender: PAT, key_id, sequence: number };
    const sealed = await sealMessage(pat, key, place, { text: `message ${number}`, files: [] });
    messages.push({ ...place, ...sealed, place: number, sent_at: '2027-03-02T15:00:00Z' });
    epochs.push({ ...epoch, key_id, wraps: wraps.filter((one) => one.participant === CLINIC), lacking: [] });
  }
  const chat = { room_id: ROOM, you: CLINIC, epochs, members: [], keys: [{ participant: PAT, key_id, public_key: pat.publicKey }] };
  const conversation = { chat, keys: [], until: '' } as unknown as ClinicConversation;
  const pageOf = (after: number) => {
    const rest = messages.filter((one) => one.place > after);
    return Promise.resolve({ items: rest.slice(0, 2), more: rest.length > 2 });
  };
  return { conversation, messages, calls: { messages: vi.fn(pageOf) } };
}

const texts = async (...asked: Parameters<typeof readForClinic>) =>
  (await readForClinic(...asked)).map((one) => one.said?.text ?? one.why);

describe('a conversation that a clinic opens', () => {
  it('is read over all pages, as far as the key of the phrase opens it', async () => {
    const { identity, kept, phrase } = await clinicKey();
    const { conversation, calls } = await said([null, identity, identity, null, identity]);
    const found = await clinicIdentities([kept], phrase);
    expect(await texts(calls, conversation, found)).toEqual(['no-key', 'message 2', 'message 3', 'no-key', 'message 5']);
    expect(calls.messages.mock.calls).toEqual([[0], [2], [4]]);
  });

  it('is opened by a former key with the phrase of that key, and by no other phrase', async () => {
    const [former, present, foreign] = [await clinicKey(), await clinicKey(), await clinicKey()];
    const { conversation, calls } = await said([former.identity, present.identity]);
    const keys = [present.kept, former.kept];
    expect(await texts(calls, conversation, await clinicIdentities(keys, former.phrase))).toEqual(['message 1', 'no-key']);
    expect(await texts(calls, conversation, await clinicIdentities(keys, present.phrase))).toEqual(['no-key', 'message 2']);
    await expect(clinicIdentities(keys, foreign.phrase)).rejects.toThrow(WrongPhrase);
    await expect(clinicIdentities(keys, 'no phrase at all')).rejects.toThrow(WrongPhrase);
  });

  it('shows what was changed or left out', async () => {
    const { identity, kept, phrase } = await clinicKey();
    const { conversation, messages, calls } = await said([identity, identity, identity]);
    messages[2] = { ...messages[2]!, sender: 'person:ada' };
    messages.splice(1, 1);
    const items = await readForClinic(calls, conversation, await clinicIdentities([kept], phrase));
    expect(items.map((one) => [one.said?.text ?? one.why, one.gap])).toEqual([
      ['message 1', 0],
      ['broken', 2],
    ]);
  });
});
