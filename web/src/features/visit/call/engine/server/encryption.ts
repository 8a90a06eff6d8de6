import { BaseKeyProvider } from 'livekit-client';
import address from 'livekit-client/e2ee-worker?worker&url';
import { fromBase64url } from '@/lib/e2e/bytes';
import { type MediaKey, RING } from './serverLink';

/** Gives the encrypting worker each participant's key as it comes; it makes none up, and ratchets none. */
export class MediaKeys extends BaseKeyProvider {
  constructor() {
    // Frames that do not open are dropped, however many: a key that was late must still count.
    super({ sharedKey: false, ratchetWindowSize: 0, failureTolerance: -1, keyringSize: RING, keySize: 256 });
  }

  /**
   * The client gives its worker every key again at each connection, old ones too, and would go back to encrypting by any
   * whose place in the ring is this. Which key counts is said by `put` alone.
   */
  override getLatestManuallySetKeyIndex(): number {
    return -1;
  }

  /** From now on this is how that participant's frames are opened, or, for oneself, encrypted. */
  async put(participant: string, { index, key }: MediaKey): Promise<void> {
    const material = await crypto.subtle.importKey('raw', fromBase64url(key), 'HKDF', false, ['deriveBits', 'deriveKey']);
    this.onSetEncryptionKey(material, participant, index);
  }
}

/**
 * The worker that encrypts and opens frames. It is not told by which ending the media server marks frames of its own:
 * those would be shown without having been encrypted.
 */
export function frameWorker(): Worker {
  const worker = new Worker(address, { type: 'module' });
  const post = worker.postMessage.bind(worker) as (message: unknown, more?: StructuredSerializeOptions) => void;
  worker.postMessage = (message: unknown, more?: StructuredSerializeOptions | Transferable[]) => {
    if ((message as { kind?: string }).kind === 'setSifTrailer') return;
    post(message, Array.isArray(more) ? { transfer: more } : more);
  };
  return worker;
}
