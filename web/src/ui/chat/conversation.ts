import { type Chat, type ChatCalls, type ChatMember, type ChatMessage, type KeyHolder, keyHolders } from '@/api/chats';
import { codeOf, NO_NETWORK } from '@/api/errors';
import { type Identity, keyId, makeEpoch, sealMessage } from '@/lib/e2e';
import { inTurn } from '@/lib/inTurn';
import { randomUuid } from '@/lib/uuid';
import { beginUpload, type Content, sendParts } from './content';
import { Keyring, readersOf, upToDate } from './keyring';
import { Counts, type Item, openItem } from './opening';
import { type Outgoing, putOut, takeIn, waiting } from './outbox';
import { changedAmong, type Pins } from './pins';

export interface ConversationState {
  ready: boolean;
  items: Item[];
  outgoing: Outgoing[];
  /** Whose keys are others than this browser knew; nothing is sent until the person says that they are right. */
  changed: KeyHolder[];
}

const START: ConversationState = { ready: false, items: [], outgoing: [], changed: [] };
const MOST_TRIES = 5;
const AGAIN_MS = 4_000;
/** Refusals that another try by itself may get past. */
const PASSING = new Set([NO_NETWORK, 'unavailable', 'timed_out', 'too_many_requests', 'chat_rekey_needed', 'http_502']);

/** One conversation in one tab: opens what comes, sends what was written, hands keys on to those who may have them. */
export class Conversation {
  private state = START;
  private chat: Chat | null = null;
  private seen = 0;
  private readonly counts = new Counts();
  private closed: ChatMessage[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private watchers = new Set<() => void>();
  private readonly keyring: Keyring;
  /** Two at once would both take the same count. */
  private readonly inTurn = inTurn();

  constructor(
    private readonly calls: ChatCalls,
    private readonly identity: Identity,
    private readonly pins: Pins,
  ) {
    this.keyring = new Keyring(identity, calls.roomId);
  }

  /** For `useSyncExternalStore`. */
  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  };

  readonly snapshot = (): ConversationState => this.state;

  /** Takes over a newer state of the conversation, and what follows from it. */
  take(chat: Chat): Promise<void> {
    return this.quietly(async () => {
      this.chat = chat;
      await this.meet(chat);
      await this.fetch(chat);
      await this.share(chat);
      // A private window may keep nothing; then nothing waits in it either.
      if (!this.state.ready) this.put({ ready: true, outgoing: await waiting(chat.room_id).catch(() => []) });
      await this.flush();
    });
  }

  /** Writes a message: it is kept in this browser until it has left. */
  async write(text: string, files: File[]): Promise<void> {
    const room = this.calls.roomId;
    const made: Outgoing = {
      id: randomUuid(),
      room,
      text,
      at: Date.now(),
      files: files.map((file) => ({ file, upload: null })),
      failed: null,
    };
    await putOut(made);
    this.put({ outgoing: [...this.state.outgoing, made] });
    void this.quietly(() => this.flush());
  }

  /** Tries again to send what failed. */
  retry(id: string): void {
    this.put({ outgoing: this.state.outgoing.map((one) => (one.id === id ? { ...one, failed: null } : one)) });
    void this.quietly(() => this.flush());
  }

  /** Takes back what was not sent. */
  async discard(id: string): Promise<void> {
    await takeIn(id);
    this.put({ outgoing: this.state.outgoing.filter((one) => one.id !== id) });
  }

  /** The person says that somebody's new keys are right. */
  async trust(holder: KeyHolder): Promise<void> {
    await this.pins.trust(holder.participant, holder.public_key);
    this.put({ changed: this.state.changed.filter((one) => one.participant !== holder.participant) });
    void this.quietly(() => this.flush());
  }

  /** Shares everything said so far with somebody who came later. */
  shareHistory(member: ChatMember): Promise<void> {
    return this.inTurn(async () => {
      if (!this.chat || !member.public_key) return;
      const reader = { participant: member.participant, publicKey: member.public_key };
      const numbers = this.chat.epochs.map((one) => one.number);
      for (const body of await this.keyring.wrapsFor(this.chat, numbers, reader)) await this.calls.handOn(body);
    });
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  /** Looks at everybody's keys: whom one has not met is met now, whose keys are others is asked about. */
  private async meet(chat: Chat): Promise<void> {
    const others = keyHolders(chat).filter((one) => one.participant !== chat.you);
    this.put({ changed: await changedAmong(this.pins, others) });
  }

  private async fetch(chat: Chat): Promise<void> {
    const late = this.closed;
    this.closed = [];
    const again = await Promise.all(late.map((one) => this.open(chat, one, 0)));
    if (again.length > 0) this.merge(again);
    while (this.seen < chat.last_place) {
      const page = await this.calls.messages(this.seen);
      if (page.items.length === 0) return;
      const opened: Item[] = [];
      for (const one of page.items) opened.push(await this.open(chat, one, this.counts.gapBefore(one)));
      this.seen = page.items.at(-1)?.place ?? this.seen;
      this.merge(opened);
    }
  }

  private async open(chat: Chat, message: ChatMessage, gap: number): Promise<Item> {
    const item = await openItem(this.keyring, chat, message, gap);
    if (item.why === 'no-key') this.closed.push(message);
    return item;
  }

  private merge(opened: Item[]): void {
    const items = new Map(this.state.items.map((one) => [one.id, one]));
    for (const one of opened) items.set(one.id, { ...one, gap: items.get(one.id)?.gap ?? one.gap });
    const sent = new Set(opened.map((one) => one.id));
    this.put({
      items: [...items.values()].sort((one, other) => one.place - other.place),
      outgoing: this.state.outgoing.filter((one) => !sent.has(one.id)),
    });
  }

  /** Whoever holds the visit, or is its patient, and made their first keys late is handed what was said before. */
  private async share(chat: Chat): Promise<void> {
    const doubted = new Set(this.state.changed.map((one) => one.participant));
    for (const member of chat.members) {
      const { participant, public_key, first_key } = member;
      if (!public_key || !first_key || participant === chat.you || doubted.has(participant)) continue;
      const numbers = chat.epochs.filter((one) => one.lacking.includes(participant)).map((one) => one.number);
      const bodies = await this.keyring.wrapsFor(chat, numbers, { participant, publicKey: public_key });
      for (const body of bodies) await this.calls.handOn(body).catch(() => undefined);
    }
  }

  private async flush(): Promise<void> {
    clearTimeout(this.timer);
    if (!this.chat || this.state.changed.length > 0) return;
    for (const one of this.state.outgoing) {
      if (one.failed) continue;
      try {
        await this.sendOne(one);
      } catch (error) {
        const code = codeOf(error);
        if (PASSING.has(code)) {
          this.timer = setTimeout(() => void this.quietly(() => this.flush()), AGAIN_MS);
          return;
        }
        const failed = { ...one, failed: code };
        await putOut(failed);
        this.put({ outgoing: this.state.outgoing.map((each) => (each.id === one.id ? failed : each)) });
      }
    }
  }

  private async sendOne(outgoing: Outgoing): Promise<void> {
    for (const each of outgoing.files) {
      each.upload ??= await beginUpload(this.calls, each.file);
      await putOut(outgoing);
      await sendParts(this.calls, each.upload, each.file);
    }
    const content: Content = {
      text: outgoing.text,
      files: outgoing.files.map(({ file, upload }) => ({
        id: upload?.id ?? '',
        name: file.name,
        kind: file.type,
        size: file.size,
        key: upload?.key ?? '',
      })),
    };
    for (let tries = 1; ; tries += 1) {
      try {
        const sent = await this.post(outgoing.id, content);
        await takeIn(outgoing.id);
        this.put({ outgoing: this.state.outgoing.filter((one) => one.id !== outgoing.id) });
        if (this.chat) this.chat = { ...this.chat, last_place: Math.max(this.chat.last_place, sent.place) };
        if (this.chat) await this.fetch(this.chat);
        return;
      } catch (error) {
        if (!['chat_rekey_needed', 'chat_out_of_step'].includes(codeOf(error)) || tries >= MOST_TRIES) throw error;
        this.chat = await this.calls.state();
        await this.meet(this.chat);
        if (this.state.changed.length > 0) throw error;
      }
    }
  }

  private async post(id: string, content: Content): Promise<ChatMessage> {
    let chat = this.chat ?? (await this.calls.state());
    if (!(await upToDate(chat))) chat = await this.rekey(chat);
    const epoch = chat.epochs.at(-1)?.number ?? 0;
    const key = await this.keyring.content(chat, epoch);
    if (!key) chat = await this.rekey(chat);
    const number = chat.epochs.at(-1)?.number ?? 0;
    const open = key ?? (await this.keyring.content(chat, number));
    if (!open) throw new TypeError('no content key');
    const own = await keyId(this.identity.publicKey);
    const sequence = chat.next_sequence;
    const place = { id, room: chat.room_id, epoch: number, sender: chat.you, key_id: own, sequence };
    const sealed = await sealMessage(this.identity, open, place, content);
    const files = content.files.map((one) => one.id);
    const sent = await this.calls.send({ id, epoch: number, key_id: own, sequence, ...sealed, files });
    this.chat = { ...chat, next_sequence: sequence + 1 };
    return sent;
  }

  private async rekey(chat: Chat): Promise<Chat> {
    const number = (chat.epochs.at(-1)?.number ?? 0) + 1;
    const { epoch, wraps } = await makeEpoch(this.identity, chat.you, chat.room_id, number, readersOf(chat));
    const { commitment, signature } = epoch;
    this.chat = await this.calls.startEpoch({ number, commitment, signature, wraps });
    return this.chat;
  }

  /** As `inTurn`, for what is tried again with the next hint: the network may be away. */
  private quietly(work: () => Promise<void>): Promise<void> {
    return this.inTurn(work).catch(() => undefined);
  }

  private put(change: Partial<ConversationState>): void {
    this.state = { ...this.state, ...change };
    this.watchers.forEach((watcher) => watcher());
  }
}
