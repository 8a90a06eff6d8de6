/** Somebody in the room. */
export interface Participant {
  /** `person:<id>` or `guest:<id>`. */
  participant: string;
  role: 'patient' | 'provider' | 'guest' | 'staff';
  name: string;
  /** The tab. */
  peer: string;
}

/** Somebody who waits for a host to let them in. */
export type Knock = Omit<Participant, 'peer'>;

export interface RoomFacts {
  id: string;
  start: string;
  end: string;
  time_zone: string;
}

/** What the server tells. Frames that only ask to fetch something again are `changed`. */
export type ServerFrame =
  | { type: 'waiting'; position: number; minutes: number | null }
  | { type: 'admitted'; you: Participant; participants: Participant[]; room: RoomFacts }
  | ({ type: 'joined' } & Participant)
  | { type: 'left'; peer: string; participant: string; why: 'left' | 'lost' | 'removed' | 'replaced' }
  | ({ type: 'knock' } & Knock)
  | { type: 'gone'; participant: string }
  | { type: 'signal'; from: string; data: unknown }
  | { type: 'typing'; from: string }
  | { type: 'late'; from: 'patient' | 'provider'; minutes: number }
  | { type: 'changed'; what: string }
  | { type: 'removed' }
  | { type: 'replaced' }
  | { type: 'ended' }
  | { type: 'pong' }
  | { type: 'error'; code: string; about?: string; opens_at?: string };

/** What the tab says. */
export type ClientFrame =
  | { type: 'enter'; token: string; peer: string; take_over?: boolean }
  | { type: 'signal'; to: string; data: unknown }
  | { type: 'admit' | 'deny' | 'remove'; participant: string }
  | { type: 'late'; minutes: number }
  | { type: 'typing' | 'leave' | 'end' | 'ping' };
