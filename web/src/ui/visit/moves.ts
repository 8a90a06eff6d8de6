import type { Appointment, Move } from '@/api/types';

/** What needs neither asking nor more input; the rest opens a dialog. */
export type DirectMove = Exclude<Move, 'reschedule' | AskedMove>;
/** What ends a visit: asked before, with a reason. */
export type AskedMove = 'cancel' | 'decline' | 'no-show';

const ASKED: readonly Move[] = ['cancel', 'decline', 'no-show'] satisfies AskedMove[];

/** In the order of a visit's life: the first that is possible is what is usually done next. */
const ORDER: readonly Move[] = [
  'approve',
  'check-in',
  'start',
  'confirm',
  'complete',
  'reschedule',
  'decline',
  'no-show',
  'cancel',
];

/** Whether the move ends the visit and is asked about first. */
export function isAsked(move: Move): move is AskedMove {
  return ASKED.includes(move);
}

/** The moves the server offers for a visit, the likeliest first. */
export function offered(visit: Pick<Appointment, 'moves'>): Move[] {
  return ORDER.filter((move) => visit.moves.includes(move));
}
