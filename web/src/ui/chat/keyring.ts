import { type Chat, type ChatEpoch, keyHolders } from '@/api/chats';
import {
  contentKey,
  epochIsGenuine,
  handOn,
  type Identity,
  keyId,
  type PublicIdentity,
  type Reader,
  readPublic,
} from '@/lib/e2e';

/** The content keys that this person can open in one conversation, and those who may have them. */
export class Keyring {
  private keys = new Map<number, Promise<CryptoKey | null>>();
  private people = new Map<string, Promise<PublicIdentity>>();

  constructor(
    private readonly identity: Identity,
    private readonly room: string,
  ) {}

  /** The public key by its id, as far as the conversation knows it as that participant's. */
  async of(chat: Chat, participant: string, id: string): Promise<PublicIdentity | null> {
    const all = [...chat.keys, ...chat.members];
    const found = all.find((one) => one.participant === participant && one.key_id === id)?.public_key;
    if (!found) return null;
    const known = this.people.get(found) ?? readPublic(found);
    this.people.set(found, known);
    const read = await known;
    return read.id === id ? read : null;
  }

  /** The content key of an epoch; null when it is not for this person, or its maker did not say so. */
  content(chat: Chat, number: number): Promise<CryptoKey | null> {
    const known = this.keys.get(number);
    if (known) return known;
    const opened = this.open(chat, number).then((key) => {
      if (!key) this.keys.delete(number); // handed on later, perhaps
      return key;
    });
    this.keys.set(number, opened);
    return opened;
  }

  /** Hands the keys of these epochs on to a reader; those this person cannot open are left out. */
  async wrapsFor(chat: Chat, numbers: number[], reader: Reader) {
    const own = await keyId(this.identity.publicKey);
    const made = [];
    for (const epoch of chat.epochs.filter((one) => numbers.includes(one.number))) {
      const wrap = epoch.wraps.find((one) => one.key_id === own);
      if (!wrap || !(await this.genuine(chat, epoch))) continue;
      made.push({ number: epoch.number, wraps: [await handOn(this.identity, this.room, epoch, wrap, reader)] });
    }
    return made;
  }

  private async open(chat: Chat, number: number): Promise<CryptoKey | null> {
    const own = await keyId(this.identity.publicKey);
    const epoch = chat.epochs.find((one) => one.number === number);
    const wrap = epoch?.wraps.find((one) => one.key_id === own);
    if (!epoch || !wrap || !(await this.genuine(chat, epoch))) return null;
    return contentKey(this.identity, this.room, epoch, wrap).catch(() => null);
  }

  private async genuine(chat: Chat, epoch: ChatEpoch): Promise<boolean> {
    const maker = await this.of(chat, epoch.maker, epoch.key_id);
    return maker !== null && epochIsGenuine(epoch, this.room, maker);
  }
}

/** Everybody who reads what is said from now on. */
export function readersOf(chat: Chat): Reader[] {
  return keyHolders(chat).map(({ participant, public_key }) => ({ participant, publicKey: public_key }));
}

/** Whether the last epoch was made for exactly those who read along now. */
export async function upToDate(chat: Chat): Promise<boolean> {
  const last = chat.epochs.at(-1);
  const named = await Promise.all(
    readersOf(chat).map(async ({ participant, publicKey }) => `${participant} ${await keyId(publicKey)}`),
  );
  return last?.readers.join('\n') === named.sort().join('\n');
}
