import type { Receiver, SealedKey } from '@/api/recordings';
import { sealFor } from '@/lib/e2e';
import type { Pins } from '@/ui/chat/pins';
import { keyPlace } from '@/ui/recording/playing';

/** Somebody's key is another than this browser knew: it may be the server's. Nothing is sealed to it. */
export class KeysChanged extends Error {
  override readonly name = 'KeysChanged';
}

/** Those whose keys are others than this browser knew. Whom it has not met is met now, as in conversations. */
export async function changedAmong(pins: Pins, receivers: readonly Receiver[]): Promise<Receiver[]> {
  const changed: Receiver[] = [];
  for (const one of receivers) {
    const known = await pins.known(one.receiver);
    if (known === undefined) await pins.trust(one.receiver, one.publicKey);
    else if (known !== one.publicKey) changed.push(one);
  }
  return changed;
}

/** The key of a recording, sealed to each who is to play it. Throws KeysChanged rather than seal it to a stranger. */
export async function sealedKeys(
  recordingId: string,
  raw: Uint8Array<ArrayBuffer>,
  receivers: readonly Receiver[],
  pins: Pins,
): Promise<SealedKey[]> {
  if ((await changedAmong(pins, receivers)).length > 0) throw new KeysChanged();
  return Promise.all(
    receivers.map(async ({ receiver, keyId, publicKey }) => ({
      receiver,
      key_id: keyId,
      sealed: await sealFor(publicKey, raw, keyPlace(recordingId)),
    })),
  );
}
