import type { Chat, ChatMessage } from '@/api/chats';
import { openMessage } from '@/lib/e2e';
import { type Content, readContent } from './content';
import type { Keyring } from './keyring';

/** A message as it is shown. `said` is null when it cannot be opened; `why` tells whether it was not for us, or false. */
export interface Item {
  id: string;
  place: number;
  sender: string;
  at: string;
  said: Content | null;
  why: 'no-key' | 'broken' | null;
  /** How many messages of the same sender should stand before this one and do not. */
  gap: number;
}

/** Opens a message, when its content key can be opened, and its sender's signature holds. */
export async function openItem(keyring: Keyring, chat: Chat, message: ChatMessage, gap: number): Promise<Item> {
  const shown = { id: message.id, place: message.place, sender: message.sender, at: message.sent_at, gap };
  const key = await keyring.content(chat, message.epoch);
  if (!key) return { ...shown, said: null, why: 'no-key' };
  try {
    const from = await keyring.of(chat, message.sender, message.key_id);
    if (!from) throw new TypeError('nobody of that name has that key');
    const said = readContent(await openMessage(from, key, { ...message, room: chat.room_id }, message));
    return { ...shown, said, why: said ? null : 'broken' };
  } catch {
    return { ...shown, said: null, why: 'broken' };
  }
}

/** Counts each sender's messages: a server that leaves one out cannot hide it. */
export class Counts {
  private readonly last = new Map<string, number>();

  /** How many are missing before this one. */
  gapBefore({ sender, sequence }: ChatMessage): number {
    const before = this.last.get(sender);
    this.last.set(sender, sequence);
    return before === undefined ? sequence - 1 : sequence - before - 1;
  }
}
