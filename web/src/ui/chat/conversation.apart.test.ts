import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Chat, ChatCalls, ChatMessage, NewChatMessage } from '@/api/chats';
import { ApiError } from '@/api/errors';
import { type Identity, keyId, makeIdentity } from '@/lib/e2e';
import { looksLike, readContent, safeName } from './content';
import { Conversation } from './conversation';
import type { Pins } from './pins';

const ROOM = '0197a3c2-5d21-7c3e-9b1f-3f6f5d7a1c01';

// jsdom has no IndexedDB.
const memory = vi.hoisted(() => new Map<string, unknown>());
vi.mock('@/lib/e2e/keep', () => ({
  kept: (store: string, key: string) => Promise.resolve(memory.get(`${store} ${key}`)),
  keep: (store: string, key: string, value: unknown) => Promise.resolve(memory.set(`${store} ${key}`, value)),
  forget: (store: string, key: string) => Promise.resolve(memory.delete(`${store} ${key}`)),
  allKept: (store: string) =>
    Promise.resolve([...memory].filter(([key]) => key.startsWith(`${store} `)).map(([, value]) => value)),
}));

/** The server's part, in memory: it gives places, and does to messages what a test has it do. */
class Server {
  messages: ChatMessage[] = [];
  epochs: (Chat['epochs'][number] & { all: Chat['epochs'][number]['wraps'] })[] = [];
  people = new Map<string, Identity>();
  keys: Chat['keys'] = [];
  clinic: Chat['escrow_key'] = null;

  async join(participant: string): Promise<Identity> {
    const { identity } = await makeIdentity();
    this.people.set(participant, identity);
    const key_id = await keyId(identity.publicKey);
    this.keys = [...this.keys, { participant, key_id, public_key: identity.publicKey }];
    return identity;
  }

  async state(you: string): Promise<Chat> {
    const members = await Promise.all(
      [...this.people].map(async ([participant, { publicKey }]) => ({
        participant,
        role: 'patient' as const,
        name: participant,
        key_id: await keyId(publicKey),
        public_key: publicKey,
        first_key: true,
      })),
    );
    return {
      room_id: ROOM,
      you,
      role: 'patient',
      members,
      keys: this.keys,
      epochs: this.epochs.map(({ all, ...epoch }) => ({ ...epoch, wraps: all.filter((one) => one.participant === you) })),
      marks: [],
      last_place: this.messages.length,
      next_sequence: this.messages.filter((one) => one.sender === you).length + 1,
      open: true,
      opens_at: null,
      closes_at: '2027-03-09T15:00:00Z',
      history: 'provider',
      file_bytes: 0,
      file_kinds: [],
      escrow_key: this.clinic,
      readings: [],
    };
  }

  calls(you: string): ChatCalls {
    return {
      roomId: ROOM,
      state: () => this.state(you),
      messages: (after: number) =>
        Promise.resolve({ items: this.messages.filter((one) => one.place > after), more: false }),
      send: (body: NewChatMessage) => {
        const { files: _, ...kept } = body;
        const next = this.messages.filter((one) => one.sender === you).length + 1;
        if (body.sequence !== next) {
          return Promise.reject(new ApiError({ title: 'x', status: 409, code: 'chat_out_of_step' }));
        }
        const made = { ...kept, place: this.messages.length + 1, sender: you, sent_at: '2027-03-02T15:00:00Z' };
        this.messages.push(made);
        return Promise.resolve(made);
      },
      startEpoch: async ({ number, commitment, signature, wraps }: Parameters<ChatCalls['startEpoch']>[0]) => {
        const readers = wraps.map((one) => `${one.participant} ${one.key_id}`).sort();
        const own = await keyId(this.people.get(you)?.publicKey ?? '');
        this.epochs.push({ number, commitment, signature, maker: you, key_id: own, readers, wraps: [], lacking: [], all: wraps });
        return this.state(you);
      },
    } as unknown as ChatCalls;
  }

  async talk(you: string): Promise<{ conversation: Conversation; look: () => Promise<void> }> {
    const identity = this.people.get(you)!;
    const conversation = new Conversation(this.calls(you), identity, pins());
    const look = async () => conversation.take(await this.state(you));
    await look();
    return { conversation, look };
  }
}

function pins(): Pins {
  const known = new Map<string, string>();
  return {
    known: (participant) => Promise.resolve(known.get(participant)),
    trust: (participant, key) => Promise.resolve(void known.set(participant, key)),
  };
}

const texts = (conversation: Conversation) => conversation.snapshot().items.map((one) => one.said?.text ?? one.why);

describe('a conversation', () => {
  beforeEach(() => memory.clear());

  async function two() {
    const server = new Server();
    await server.join('person:pat');
    await server.join('person:ada');
    const [pat, ada] = [await server.talk('person:pat'), await server.talk('person:ada')];
    const say = async (text: string) => {
      await pat.conversation.write(text, []);
      await pat.look();
    };
    return { server, pat, ada, say };
  }

  it('is read by the other, in order', async () => {
    const { ada, say } = await two();
    await say('one');
    await say('two');
    await ada.look();
    expect(texts(ada.conversation)).toEqual(['one', 'two']);
  });

  it('shows what the server left out or changed', async () => {
    const { server, ada, say } = await two();
    for (const text of ['one', 'two', 'three']) await say(text);
    const [first, , third] = server.messages as [ChatMessage, ChatMessage, ChatMessage];
    server.messages = [first, { ...third, place: 2 }];
    await ada.look();
    expect(ada.conversation.snapshot().items.map((one) => one.gap)).toEqual([0, 1]);
    server.messages.push({ ...first, id: third.id.replace(/^./u, (one) => (one === 'f' ? 'e' : 'f')), place: 3, sequence: 4 });
    await ada.look();
    expect(texts(ada.conversation)).toEqual(['one', 'three', 'broken']);
  });

  it('sends nothing to keys that changed until the person says that they are right', async () => {
    const { server, pat, ada, say } = await two();
    await say('to the old keys');
    await server.join('person:ada');
    await pat.look();
    expect(pat.conversation.snapshot().changed.map((one) => one.participant)).toEqual(['person:ada']);
    await say('not yet');
    expect(server.messages).toHaveLength(1);
    expect(pat.conversation.snapshot().outgoing.map((one) => one.text)).toEqual(['not yet']);
    await pat.conversation.trust(pat.conversation.snapshot().changed[0]!);
    await pat.look();
    expect(server.messages.map((one) => one.epoch)).toEqual([1, 2]);
    await ada.look();
    expect(texts(ada.conversation)).toEqual(['to the old keys', 'no-key']);
  });

  it('sends nothing to another key of the clinic until the person says that it is right', async () => {
    const { server, pat, say } = await two();
    const clinic = async () => {
      const { publicKey } = (await makeIdentity()).identity;
      return { participant: 'clinic:elm', key_id: await keyId(publicKey), public_key: publicKey };
    };
    server.clinic = await clinic();
    await pat.look();
    await say('the clinic reads along');
    expect(server.epochs.at(-1)?.all.map((one) => one.participant)).toContain('clinic:elm');
    server.clinic = await clinic();
    await pat.look();
    const { changed } = pat.conversation.snapshot();
    expect(changed).toEqual([{ ...server.clinic, name: null }]);
    await say('not yet');
    expect(server.messages).toHaveLength(1);
    await pat.conversation.trust(changed[0]!);
    await pat.look();
    expect(server.messages).toHaveLength(2);
    expect(server.epochs.at(-1)?.readers).toContain(`clinic:elm ${server.clinic.key_id}`);
  });

  it('does not take a content key that the server made', async () => {
    const { server, ada, say } = await two();
    await say('one');
    server.epochs[0]!.commitment = server.epochs[0]!.commitment.replace(/^./u, (one) => (one === 'A' ? 'B' : 'A'));
    await ada.look();
    expect(texts(ada.conversation)).toEqual(['no-key']);
  });

  it('keeps what was refused for good, with the reason', async () => {
    const { server, pat, say } = await two();
    await say('one');
    const calls = server.calls('person:pat');
    calls.send = () => Promise.reject(new ApiError({ title: 'x', status: 409, code: 'chat_closed' }));
    const closed = new Conversation(calls, server.people.get('person:pat')!, pins());
    await closed.take(await server.state('person:pat'));
    await closed.write('too late', []);
    await closed.take(await server.state('person:pat'));
    expect(closed.snapshot().outgoing.map((one) => one.failed)).toEqual(['chat_closed']);
    expect(texts(pat.conversation)).toEqual(['one']);
  });
});

describe('what others send', () => {
  it('is read as a message or not at all', () => {
    expect(readContent(null)).toBeNull();
    expect(readContent({ text: 7 })).toBeNull();
    expect(readContent({ text: 'x'.repeat(16_001) })).toBeNull();
    expect(readContent({ text: 'hi', files: [{ id: 1 }, 'x'] })).toEqual({ text: 'hi', files: [] });
    const note = { id: 'f', name: '../../evil', kind: 'text/csv', size: 3, key: 'k' };
    expect(readContent({ text: '', files: [note] })?.files[0]?.name).toBe('_.._evil');
  });

  it('has names that stay in their folder and show their ending', () => {
    expect(safeName('C:\\x\\scan.pdf')).toBe('C__x_scan.pdf');
    expect(safeName('scan\u202efdp.exe')).toBe('scanfdp.exe');
    expect(safeName('..')).toBe('file');
    expect(safeName(`${'x'.repeat(300)}.pdf`)).toMatch(/^x{116}\.pdf$/u);
  });

  it('is opened only as what it is', () => {
    const bytes = (...all: number[]) => Uint8Array.from(all);
    expect(looksLike('application/pdf', bytes(0x25, 0x50, 0x44, 0x46, 0x2d, 1))).toBe(true);
    expect(looksLike('image/png', bytes(0x25, 0x50, 0x44, 0x46, 0x2d, 1))).toBe(false);
    expect(looksLike('text/plain', bytes(72, 105))).toBe(true);
    expect(looksLike('text/plain', bytes(72, 0))).toBe(false);
    expect(looksLike('text/html-not', bytes(0))).toBe(false);
    expect(looksLike('application/x-msdownload', bytes(77, 90))).toBe(false);
  });
});
