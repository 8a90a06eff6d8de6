import { database } from '@/lib/database';

/**
 * Encrypted pieces of recordings that the server has not acknowledged yet, in IndexedDB: they outlive a reload. The key
 * beside them is one that no script can read.
 */
export interface Spooled {
  id: string;
  roomId: string;
  key: CryptoKey;
  /** How many pieces were made. */
  made: number;
  /** Whether the last piece was made. */
  closed: boolean;
}

export interface Piece {
  recordingId: string;
  number: number;
  content: Uint8Array<ArrayBuffer>;
  last: boolean;
}

const { allKept, change, forget, keep, kept } = database('openvisit-recordings', ['recordings', 'pieces']);

/** Keeps what is known of a recording. */
export function keepRecording(recording: Spooled): Promise<void> {
  return keep('recordings', recording.id, recording);
}

/** Every recording of which something may not have arrived. */
export function spooled(): Promise<Spooled[]> {
  return allKept<Spooled>('recordings');
}

/** Keeps a piece, and with it how many there are, in one transaction. */
export function keepPiece(recording: Spooled, piece: Piece): Promise<void> {
  return change(['recordings', 'pieces'], (at) => {
    at('pieces').put(piece, [piece.recordingId, piece.number]);
    at('recordings').put(recording, recording.id);
  });
}

/** The piece of that number; undefined when it is not here. */
export function pieceOf(recordingId: string, number: number): Promise<Piece | undefined> {
  return kept<Piece>('pieces', [recordingId, number]);
}

/** Forgets the pieces before that number, which have arrived. */
export async function forgetBefore(recordingId: string, number: number): Promise<void> {
  if (number > 0) await forget('pieces', IDBKeyRange.bound([recordingId, 0], [recordingId, number - 1]));
}

/** Forgets the pieces from that number on, which must not be sent any more. */
export function forgetFrom(recordingId: string, number: number): Promise<void> {
  return forget('pieces', IDBKeyRange.bound([recordingId, number], [recordingId, Infinity]));
}

/** Forgets a recording and all that is here of it. */
export async function forgetRecording(recordingId: string): Promise<void> {
  await forgetFrom(recordingId, 0);
  await forget('recordings', recordingId);
}
