import type { Knock, Participant, RoomFacts, ServerFrame } from './frames';

/**
 * Where this tab stands. `connecting` is before the first answer; `refused` says why in a code of the server;
 * `elsewhere` waits for the person to say that they go on here.
 */
export type Phase =
  'connecting' | 'waiting' | 'admitted' | 'elsewhere' | 'refused' | 'removed' | 'replaced' | 'ended' | 'left';

export interface RoomState {
  phase: Phase;
  /** Whether the socket is there; media between peers goes on without it. */
  online: boolean;
  /** While waiting: how many are in front and this one, and in how many minutes, where that can be said. */
  position: number;
  minutes: number | null;
  you: Participant | null;
  participants: Participant[];
  /** For hosts: who waits. */
  knocking: Knock[];
  room: RoomFacts | null;
  /** What the other side said of running late. */
  late: { from: 'patient' | 'provider'; minutes: number } | null;
  /** The code of a refusal. */
  code: string | null;
}

export const START: RoomState = {
  phase: 'connecting',
  online: false,
  position: 0,
  minutes: null,
  you: null,
  participants: [],
  knocking: [],
  room: null,
  late: null,
  code: null,
};

/** After these the tab does not come back by itself. */
export const OVER: readonly Phase[] = ['refused', 'removed', 'replaced', 'ended', 'left', 'elsewhere'];

/** The codes of errors about one frame, after which nothing else changes. */
const PASSING = new Set(['bad_message', 'not_admitted', 'not_allowed', 'nobody_waits', 'not_entered', 'unknown_type']);

/** The state after a frame of the server. */
export function heard(state: RoomState, frame: ServerFrame): RoomState {
  switch (frame.type) {
    case 'waiting':
      return { ...state, phase: 'waiting', position: frame.position, minutes: frame.minutes };
    case 'admitted':
      return { ...state, ...frame, phase: 'admitted', knocking: [] };
    case 'joined': {
      const { type: _type, ...joined } = frame;
      return { ...state, participants: [...state.participants.filter((one) => one.peer !== frame.peer), joined] };
    }
    case 'left':
      return { ...state, participants: state.participants.filter((one) => one.peer !== frame.peer) };
    case 'knock': {
      const { type: _type, ...knock } = frame;
      return { ...state, knocking: [...without(state.knocking, frame.participant), knock] };
    }
    case 'gone':
      return { ...state, knocking: without(state.knocking, frame.participant) };
    case 'late':
      return { ...state, late: { from: frame.from, minutes: frame.minutes } };
    case 'removed':
    case 'replaced':
    case 'ended':
      return { ...state, phase: frame.type };
    case 'error':
      if (PASSING.has(frame.code) || (frame.about !== undefined && frame.about !== 'enter')) return state;
      if (frame.code === 'removed') return { ...state, phase: 'removed' };
      if (frame.code === 'visit_ended') return { ...state, phase: 'ended' };
      return { ...state, phase: frame.code === 'elsewhere' ? 'elsewhere' : 'refused', code: frame.code };
    default:
      return state;
  }
}

function without(knocking: Knock[], participant: string): Knock[] {
  return knocking.filter((one) => one.participant !== participant);
}
