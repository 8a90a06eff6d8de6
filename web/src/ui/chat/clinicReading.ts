import type { ClinicChatCalls, ClinicConversation } from '@/api/clinicChats';
import { type Identity, identityFrom, openSeal, readPhrase } from '@/lib/e2e';
import { WrongPhrase } from '@/ui/keys/making';
import { Keyring } from './keyring';
import { Counts, type Item, openItem } from './opening';

/** The clinic's keys that a phrase opens: it may have had others before. Throws WrongPhrase when it opens none. */
export async function clinicIdentities(keys: ClinicConversation['keys'], typed: string): Promise<Identity[]> {
  const bits = await readPhrase(typed);
  if (!bits) throw new WrongPhrase();
  const opened = await Promise.all(
    keys.map(async (key) => {
      const secret = await openSeal({ ...key, kind: 'phrase' }, bits, key.public_key).catch(() => null);
      if (!secret) return [];
      const identity = await identityFrom(secret);
      secret.fill(0);
      return identity.publicKey === key.public_key ? [identity] : [];
    }),
  );
  const found = opened.flat();
  if (found.length === 0) throw new WrongPhrase();
  return found;
}

/** Everything that was said, opened by these keys as far as they open it. Nothing is sent, marked or handed on. */
export async function readForClinic(
  calls: Pick<ClinicChatCalls, 'messages'>,
  { chat }: ClinicConversation,
  identities: Identity[],
): Promise<Item[]> {
  const keyrings = identities.map((identity) => new Keyring(identity, chat.room_id));
  const counts = new Counts();
  const items: Item[] = [];
  for (let seen = 0; ; ) {
    const page = await calls.messages(seen);
    for (const message of page.items) {
      const gap = counts.gapBefore(message);
      const tries = await Promise.all(keyrings.map((keyring) => openItem(keyring, chat, message, gap)));
      const item = tries.find((one) => one.why !== 'no-key') ?? tries[0];
      if (item) items.push(item);
    }
    const last = page.items.at(-1);
    if (!page.more || !last) return items;
    seen = last.place;
  }
}
