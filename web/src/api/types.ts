import type { components } from '@/api/schema';

/** The server's types under short names. Where the contract says only "text", the words it knows are named here. */
type Schemas = components['schemas'];

export type Mode = Schemas['Mode'];
export type Status = Schemas['Status'];
export type Money = Schemas['booking_wire_Price'];
export type Named = Schemas['Named'];
export type Slot = Schemas['SlotAnswer'];
export type SlotDays = Schemas['Slots'];
export type SlotExplanation = Schemas['Explanation'];
export type Hold = Schemas['Hold'];
export type HistoryEntry = Schemas['HistoryEntry'];
export type Facets = Schemas['Facets'];
export type Specialty = Schemas['NamedSpecialty'];

export type Role = 'patient' | 'provider' | 'staff' | 'admin';
export type Move =
  'approve' | 'decline' | 'confirm' | 'reschedule' | 'cancel' | 'check-in' | 'start' | 'complete' | 'no-show';

export const MODES = ['in-person', 'telehealth', 'phone'] as const satisfies readonly Mode[];

export const STATUSES = [
  'requested',
  'scheduled',
  'confirmed',
  'rescheduled',
  'checked-in',
  'in-progress',
  'completed',
  'cancelled',
  'no-show',
] as const satisfies readonly Status[];

type Narrowed<T, Parts> = Omit<T, keyof Parts> & Parts;

export type User = Narrowed<Schemas['User'], { roles: Role[] }>;
export type Session = Narrowed<Schemas['SignedIn'], { user: User }>;

export type NextFree = Narrowed<Schemas['FreeStart'], { mode: Mode }>;
export type ProviderCard = Narrowed<Schemas['ProviderCard'], { modes: Mode[]; next_free: NextFree[] }>;
export type Provider = Narrowed<Schemas['Provider'], { modes: Mode[]; next_free: NextFree[] }>;
export type VisitType = Narrowed<Schemas['OfferedVisitType'], { modes: Mode[] }>;

/** What the patient needs. `language` is BCP 47; `interpreter` true, a language, or a sign language such as "ase". */
export interface Accommodations {
  language?: string;
  interpreter?: string | true;
  wheelchair_access?: boolean;
  longer_time?: boolean;
  companion?: boolean;
  notes?: string;
}

/** `moves` are what the caller may do with it now; times carry the offset of `time_zone`. */
export type Appointment = Narrowed<Schemas['Appointment'], { moves: Move[]; accommodations: Accommodations }>;

/** A page of a list. */
export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}
