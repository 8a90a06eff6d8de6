import type { KeyHolder } from '@/api/chats';
import type { SealedKey } from '@/api/recordings';
import { sealFor } from '@/lib/e2e';
import { changedAmong, type Pins } from '@/ui/chat/pins';
import { keyPlace } from '@/ui/recording/playing';

/** Somebody's key is another than this browser knew: it may be the server's. Nothing is sealed to it. */
export class KeysChanged extends Error {
  override readonly name = 'KeysChanged';
}

/** The key of a recording, sealed to each who is to play it. Throws KeysChanged rather than seal it to a stranger. */
export async function sealedKeys(
  recordingId: string,
  raw: Uint8Array<ArrayBuffer>,
  receivers: readonly KeyHolder[],
  pins: Pins,
): Promise<SealedKey[]> {
  if ((await changedAmong(pins, receivers)).length > 0) throw new KeysChanged();
  return Promise.all(
    receivers.map(async ({ participant, key_id, public_key }) => ({
      receiver: participant,
      key_id,
      sealed: await sealFor(public_key, raw, keyPlace(recordingId)),
    })),
  );
}
