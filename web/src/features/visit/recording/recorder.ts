import type { KeyHolder } from '@/api/chats';
import { recordingPlace, type RecordingPlace, startRecording, stopRecording } from '@/api/recordings';
import { encryptChunk, fileKey, newFileKey } from '@/lib/e2e';
import { randomUuid } from '@/lib/uuid';
import type { Pins } from '@/ui/chat/pins';
import { sealedKeys } from './receivers';
import { keepPiece, keepRecording, type Spooled } from './spool';
import { Uploader } from './uploader';
import { WAYS } from './ways';

/** Without a word of the server for so long nothing more is recorded until it says again that all agree. */
const CONFIRMED_FOR_MS = 3_000;
const PIECE_MS = 1_000;
const CHECK_MS = 250;
/** What is encrypted in one piece; with nonce and tag it stays below what the server takes. */
export const LARGEST = 500_000;

const MEDIA_TYPES = ['video/webm;codecs=vp8,opus', 'video/webm', 'video/mp4'];

/** The kind of recording that this browser makes; null when it makes none. */
export function mediaType(): string | null {
  if (!('MediaRecorder' in globalThis)) return null;
  return MEDIA_TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? null;
}

/**
 * Records one stream: each second of it is encrypted, kept on this device and sent. The server says with every piece
 * whether everybody still agrees: when not it ends at once, and when it says nothing recording pauses until it does.
 */
export class Recorder {
  private readonly media: MediaRecorder;
  private readonly uploader: Uploader;
  private confirmedAt = performance.now();
  private making: Promise<void> = Promise.resolve();
  private readonly watch: ReturnType<typeof setInterval>;
  private over = false;
  private dropping = false;

  private constructor(
    stream: MediaStream,
    private readonly recording: Spooled,
    type: string,
    private readonly ended: (why: RecordingPlace['stopped_why']) => void,
  ) {
    this.uploader = new Uploader(recording, WAYS, (place) => this.heard(place));
    this.media = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: 900_000, audioBitsPerSecond: 48_000 });
    this.media.addEventListener('dataavailable', ({ data }) => this.take(data));
    this.media.start(PIECE_MS);
    this.watch = setInterval(() => this.askAgain(), CHECK_MS);
  }

  /** Asks the server to start, and starts when it agrees. Errors: those of the server; KeysChanged. */
  static async start(
    roomId: string,
    stream: MediaStream,
    { receivers, pins }: { receivers: readonly KeyHolder[]; pins: Pins },
    ended: (why: RecordingPlace['stopped_why']) => void,
  ): Promise<Recorder> {
    const type = mediaType();
    if (!type) throw new Error('this browser cannot record');
    const id = randomUuid();
    const { raw } = await newFileKey();
    const keys = await sealedKeys(id, raw, receivers, pins);
    const key = await fileKey(raw);
    raw.fill(0);
    const recording: Spooled = { id, roomId, key, made: 0, closed: false };
    await keepRecording(recording);
    await startRecording(roomId, { id, media_type: type, keys });
    return new Recorder(stream, recording, type, ended);
  }

  get id(): string {
    return this.recording.id;
  }

  /** Whether anything is recorded at this moment. */
  get live(): boolean {
    return !this.over && this.media.state === 'recording';
  }

  /** Ends it by wish; returns when all of it has arrived. */
  async stop(): Promise<void> {
    if (this.over) return;
    await this.halt();
    await this.making;
    await stopRecording(this.recording.id, this.recording.made).catch(() => undefined); // Left unsaid, the next page says it.
    await this.uploader.push();
  }

  /** Ends it at once because the server stopped it; what was not kept by then is never sent. */
  obey(): void {
    if (this.over) return;
    this.dropping = true;
    void this.halt();
    void this.uploader.push();
  }

  /** Stops the recorder; returns when it has given its last data. */
  private halt(): Promise<void> {
    this.over = true;
    clearInterval(this.watch);
    if (this.media.state === 'inactive') return Promise.resolve();
    const stopped = new Promise<void>((done) => this.media.addEventListener('stop', () => done(), { once: true }));
    this.media.stop();
    return stopped;
  }

  private heard(place: RecordingPlace): void {
    this.confirmedAt = performance.now();
    if (this.over) return;
    if (place.stopped_why) {
      this.obey();
      this.ended(place.stopped_why);
    } else if (this.media.state === 'paused') this.media.resume();
  }

  /** Pauses when the server has been silent for too long: it could not tell that somebody said no. */
  private askAgain(): void {
    if (performance.now() - this.confirmedAt < CONFIRMED_FOR_MS) return;
    if (this.media.state === 'recording') this.media.pause();
    void recordingPlace(this.recording.id)
      .then((place) => this.heard(place))
      .catch(() => undefined);
    this.confirmedAt = performance.now() - CONFIRMED_FOR_MS + PIECE_MS; // Asked again in a second.
  }

  private take(data: Blob): void {
    if (data.size === 0 || this.dropping) return;
    // One after the other: a piece's number is its place.
    this.making = this.making.then(async () => {
      const bytes = new Uint8Array(await data.arrayBuffer());
      for (let at = 0; at < bytes.length; at += LARGEST) {
        const number = this.recording.made;
        const place = { purpose: 'recording-chunk', of: this.recording.id, index: number, last: false } as const;
        const content = await encryptChunk(this.recording.key, bytes.slice(at, at + LARGEST), place);
        if (this.dropping) return;
        this.recording.made = number + 1;
        await keepPiece(this.recording, { recordingId: this.recording.id, number, content, last: false });
      }
      void this.uploader.push();
    });
  }
}

/** Sends what a closed page has left: pieces that had not arrived, and the end. */
export async function finishLeft(left: Spooled): Promise<void> {
  await stopRecording(left.id, left.closed ? left.made - 1 : left.made).catch(() => undefined); // the end is none of them
  await new Uploader(left, WAYS, () => undefined).push();
}
