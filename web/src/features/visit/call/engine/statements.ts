import { type Bytes, fromBase64url, sha256, toBase64url, utf8 } from '@/lib/e2e/bytes';
import { context } from '@/lib/e2e/context';

/** Where two tabs meet. A room that is moved or cancelled and booked again has another revision. */
export interface Place {
  room: string;
  revision: number;
}

/** One side of a pair: whose tab it is, by which key it signs, what certificate it shows, and its random number. */
export interface Side {
  participant: string;
  peer: string;
  publicKey: string;
  fingerprint: string;
  nonce: string;
}

const GROUPS = 5;

/** What a side commits itself to before it has seen anything of the other. */
export async function commitmentOf(place: Place, side: Side): Promise<string> {
  return toBase64url(await sha256(context('call-commitment', place.room, place.revision, ...fields(side))));
}

/** All that both sides of a pair said of themselves, in one number that is the same on both. */
export async function transcriptOf(place: Place, one: Side, other: Side): Promise<string> {
  const sides = one.peer < other.peer ? [one, other] : [other, one];
  const all = sides.flatMap(fields);
  return toBase64url(await sha256(context('call-transcript', place.room, place.revision, ...all)));
}

/** The bytes that a description is signed over: the pair, who says it, the how manieth it is, and every letter of it. */
export async function descriptionStatement(
  transcript: string,
  from: Side,
  number: number,
  description: RTCSessionDescriptionInit,
): Promise<Bytes> {
  const whole = await sha256(utf8(description.sdp ?? ''));
  const said = [transcript, from.peer, number, description.type, from.fingerprint, whole] as const;
  return context('call-description', ...said);
}

/** Five groups of three digits for both to read aloud. Who stands between two people shows each another code. */
export async function codeOf(transcript: string): Promise<string[]> {
  const digest = await sha256(context('call-code', fromBase64url(transcript)));
  const view = new DataView(digest.buffer);
  return Array.from({ length: GROUPS }, (_, at) => String(view.getUint32(4 * at) % 1000).padStart(3, '0'));
}

function fields(side: Side): string[] {
  return [side.participant, side.peer, side.publicKey, side.fingerprint, side.nonce];
}
