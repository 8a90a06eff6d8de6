import type { RecordingPlace } from '@/api/recordings';
import { encryptChunk } from '@/lib/e2e';
import type { Piece, Spooled } from './spool';

/** Where pieces wait, and where they go: the browser's own and the server, or what stands for them in a test. */
export interface Ways {
  pieceOf: (recordingId: string, number: number) => Promise<Piece | undefined>;
  keepPiece: (recording: Spooled, piece: Piece) => Promise<void>;
  forgetBefore: (recordingId: string, number: number) => Promise<void>;
  forgetFrom: (recordingId: string, number: number) => Promise<void>;
  forgetRecording: (recordingId: string) => Promise<void>;
  place: (recordingId: string) => Promise<RecordingPlace>;
  send: (piece: Piece, offset: number) => Promise<RecordingPlace>;
  /**
   * What the server says of an error: that it stopped the recording, that it takes nothing more of what was stopped
   * before, that it is elsewhere, or nothing (no answer).
   */
  meaning: (error: unknown) => 'stopped' | 'over' | 'elsewhere' | 'gone' | 'no-answer';
  wait: (ms: number) => Promise<void>;
}

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 5_000;

/** Whether it was stopped against somebody's will: then nothing that was recorded before may be sent any more. */
function isAgainst(why: RecordingPlace['stopped_why']): boolean {
  return why !== null && ['withdrawn', 'unanswered', 'not-allowed'].includes(why);
}

/**
 * Sends a recording's pieces in their order until its last one has arrived. What did not arrive is sent again, from
 * where the server says that it is; when the server has stopped the recording, what was not kept is forgotten, and only
 * the end is sent, which holds nothing.
 */
export class Uploader {
  private running: Promise<void> | null = null;
  private stopped: RecordingPlace['stopped_why'] = null;
  private more = false;
  private over = false;

  constructor(
    private readonly recording: Spooled,
    private readonly ways: Ways,
    /** Called with each answer of the server, which says that it still agrees, or why not. */
    private readonly heard: (place: RecordingPlace) => void,
  ) {}

  /** Sends what there is; the answer is when nothing waits any more. */
  push(): Promise<void> {
    this.more = true;
    this.running ??= this.run().finally(() => (this.running = null));
    return this.running;
  }

  private async run(): Promise<void> {
    let place: RecordingPlace | null = null;
    let wait = FIRST_WAIT_MS;
    while (this.more) {
      this.more = false;
      for (;;) {
        try {
          const after = await this.step(place);
          wait = FIRST_WAIT_MS;
          if (!after) break;
          place = after;
        } catch (error) {
          const meaning = this.ways.meaning(error);
          if (meaning === 'gone') return this.ways.forgetRecording(this.recording.id);
          if (meaning === 'over') this.over = true;
          if (meaning === 'no-answer') {
            await this.ways.wait(wait);
            wait = Math.min(2 * wait, LONGEST_WAIT_MS);
          }
          place = null; // It is asked where to go on.
        }
      }
    }
  }

  /** One piece, or what has to be done first; null when nothing waits. */
  private async step(known: RecordingPlace | null): Promise<RecordingPlace | null> {
    const { recording, ways } = this;
    const place = known ?? (await ways.place(recording.id));
    if (!known) this.tell(place);
    if (place.complete) {
      await ways.forgetRecording(recording.id);
      return null;
    }
    if (this.over || isAgainst(place.stopped_why)) await this.closeAt(place.pieces);
    await ways.forgetBefore(recording.id, place.pieces);
    const piece = await ways.pieceOf(recording.id, place.pieces);
    if (!piece) {
      if (!place.stopped_why || recording.closed) return null;
      await close(recording, place.pieces, ways); // All that was made has arrived.
      return place;
    }
    const after = await ways.send(piece, place.offset);
    this.tell(after);
    return after;
  }

  /** Puts the end in the place of all that must not be sent any more. */
  private async closeAt(number: number): Promise<void> {
    const there = await this.ways.pieceOf(this.recording.id, number);
    if (there?.last) return;
    await this.ways.forgetFrom(this.recording.id, number);
    await close(this.recording, number, this.ways);
  }

  private tell(place: RecordingPlace): void {
    if (place.stopped_why && this.stopped === place.stopped_why) return;
    this.stopped = place.stopped_why;
    this.heard(place);
  }
}

/** Makes the last piece, which is empty: whoever plays the recording knows by it that nothing was cut off. */
export async function close(recording: Spooled, number: number, ways: Pick<Ways, 'keepPiece'>): Promise<void> {
  const of = recording.id;
  const place = { purpose: 'recording-chunk', of, index: number, last: true } as const;
  const content = await encryptChunk(recording.key, new Uint8Array(), place);
  recording.made = number + 1;
  recording.closed = true;
  await ways.keepPiece(recording, { recordingId: of, number, content, last: true });
}
