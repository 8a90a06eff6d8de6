import { openRecording, recordingContent, type OpenedRecording } from '@/api/recordings';
import { context, decryptChunk, fileKey, type Identity, openSealed } from '@/lib/e2e';

/** The recording is not as it was made: something was changed, left out or cut off, or it is another one's. */
export class Tampered extends Error {
  override readonly name = 'Tampered';
}

/** None of the keys is for this person. */
export class NotForYou extends Error {
  override readonly name = 'NotForYou';
}

/** There is nothing to see in it: it was stopped before the first picture. */
export class Nothing extends Error {
  override readonly name = 'Nothing';
}

/** Where a recording's key belongs: nothing sealed for one recording opens another. */
export function keyPlace(recordingId: string) {
  return context('recording-key', recordingId);
}

/** The key of a recording, opened by one of the identities that it was sealed to. */
export async function keyOf(
  opened: OpenedRecording,
  identities: readonly { keyId: string; identity: Identity }[],
): Promise<CryptoKey> {
  for (const { keyId, identity } of identities) {
    const sealed = opened.keys.find((key) => key.key_id === keyId);
    if (sealed) return fileKey(await openSealed(identity, sealed.sealed, keyPlace(opened.recording.id)));
  }
  throw new NotForYou();
}

/**
 * The recording, decrypted piece by piece as it comes. Ends without complaint only after a last piece that says so; one
 * that is not whole by the server's word is played as far as it goes.
 */
export async function* decrypted(
  opened: OpenedRecording,
  key: CryptoKey,
  content: (recordingId: string, offset: number) => Promise<Uint8Array<ArrayBuffer>> = recordingContent,
): AsyncGenerator<Uint8Array<ArrayBuffer>, { whole: boolean }> {
  const of = opened.recording.id;
  let offset = 0;
  let waiting = new Uint8Array();
  for (const [index, size] of opened.pieces.entries()) {
    if (waiting.length < size) {
      waiting = await content(of, offset);
      if (waiting.length < size) throw new Tampered();
    }
    const sealed = waiting.slice(0, size);
    waiting = waiting.slice(size);
    offset += size;
    const last = index === opened.pieces.length - 1;
    const place = { purpose: 'recording-chunk', of, index } as const;
    const whole = last && opened.recording.whole;
    const piece = await decryptChunk(key, sealed, { ...place, last: whole }).catch(() => {
      throw new Tampered();
    });
    if (piece.length > 0) yield piece;
  }
  return { whole: opened.recording.whole };
}

/**
 * Opens a recording and gives it to a player; `ended` frees it.
 *
 * Errors: Tampered, NotForYou, Nothing; those of the server.
 */
export async function play(
  recordingId: string,
  identities: () => Promise<readonly { keyId: string; identity: Identity }[]>,
  video: HTMLVideoElement,
): Promise<{ whole: boolean; ended: () => void }> {
  const opened = await openRecording(recordingId);
  const pieces = decrypted(opened, await keyOf(opened, await identities()));
  const type = opened.media_type;
  return 'MediaSource' in window && MediaSource.isTypeSupported(type)
    ? stream(pieces, type, video)
    : whole(pieces, type, video);
}

type Pieces = ReturnType<typeof decrypted>;

/** Plays from the first piece on, while the others are still being fetched. */
async function stream(pieces: Pieces, type: string, video: HTMLVideoElement) {
  const source = new MediaSource();
  const address = URL.createObjectURL(source);
  video.src = address;
  await once(source, 'sourceopen');
  const buffer = source.addSourceBuffer(type);
  for (;;) {
    const next = await pieces.next();
    if (next.done) {
      // Without a picture the browser would say that it knows no such format.
      if (buffer.buffered.length === 0) throw new Nothing();
      source.endOfStream();
      return { whole: next.value.whole, ended: () => URL.revokeObjectURL(address) };
    }
    buffer.appendBuffer(next.value);
    await once(buffer, 'updateend');
  }
}

async function whole(pieces: Pieces, type: string, video: HTMLVideoElement) {
  const all: Uint8Array<ArrayBuffer>[] = [];
  for (;;) {
    const next = await pieces.next();
    if (next.done) {
      if (all.length === 0) throw new Nothing();
      const address = URL.createObjectURL(new Blob(all, { type }));
      video.src = address;
      return { whole: next.value.whole, ended: () => URL.revokeObjectURL(address) };
    }
    all.push(next.value);
  }
}

function once(target: EventTarget, type: string): Promise<void> {
  return new Promise((done) => target.addEventListener(type, () => done(), { once: true }));
}
