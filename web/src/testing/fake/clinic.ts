import type { Appointment, Hold, HistoryEntry, Mode, Move, Slot, Status, User } from '@/api/types';
import { addDays, datesFrom, isoWeekday, type PlainDate } from '@/lib/dates';
import { dateOf, offsetMinutes } from '@/lib/time';
import { admin, doctor, patient, providers, staff, visitTypes } from './cast';

export type FakeHold = Hold & { person_id: string };

export interface Registered {
  user: User;
  password: string;
  verified: boolean;
}

const OPENS = 9;
const CLOSES = 17;
const STEP_MINUTES = 30;
const HOLD_MS = 5 * 60_000;
const DONE: Status[] = ['cancelled', 'no-show', 'completed'];

/** A clinic in memory that keeps the rules the screens depend on: free times, holds, one visit a time. */
export class FakeClinic {
  now: () => number = () => Date.now();
  people: Registered[] = [patient, doctor, staff, admin].map((user) => ({
    user: { ...user },
    password: 'openvisit-demo',
    verified: true,
  }));
  appointments: Appointment[] = [];
  history = new Map<string, HistoryEntry[]>();
  holds: FakeHold[] = [];
  answered = new Map<string, Appointment>();
  /** Who the refresh cookie belongs to. */
  cookie: string | null = null;
  private made = 0;

  id(kind: string): string {
    this.made += 1;
    return `${kind}-${this.made}`;
  }

  personOf(authorization: string | null): User | undefined {
    const id = authorization?.replace('Bearer token-', '');
    return this.people.find((person) => person.user.id === id)?.user;
  }

  /** The first instant of the date in the zone at that hour of the wall clock. */
  static at(date: PlainDate, minutes: number, zone: string): Date {
    const guess = Date.parse(`${date}T00:00:00Z`) + minutes * 60_000;
    const offset = offsetMinutes(zone, new Date(guess - offsetMinutes(zone, new Date(guess)) * 60_000));
    return new Date(guess - offset * 60_000);
  }

  /** Free times of a provider from one date to another, both in the provider's zone. */
  free(providerId: string, typeId: string, mode: Mode, from: PlainDate, to: PlainDate, except?: User): Slot[] {
    const provider = providers.find((one) => one.id === providerId);
    const type = visitTypes.find((one) => one.id === typeId);
    if (!provider || !type?.modes.includes(mode)) return [];
    const days = datesFrom(from, 60).filter((date) => date <= to && isoWeekday(date) < 6);
    return days.flatMap((date) => {
      const slots: Slot[] = [];
      for (let minute = OPENS * 60; minute + type.duration_minutes <= CLOSES * 60; minute += STEP_MINUTES) {
        const start = FakeClinic.at(date, minute, provider.time_zone);
        const end = new Date(start.getTime() + type.duration_minutes * 60_000);
        if (this.isFree(providerId, start, end, type.minimum_notice_minutes, except)) {
          const location = mode === 'in-person' ? (provider.locations[0]?.id ?? null) : null;
          slots.push({ start: start.toISOString(), end: end.toISOString(), mode, location_id: location });
        }
      }
      return slots;
    });
  }

  hold(user: User, slot: Slot, providerId: string, typeId: string): FakeHold {
    const id = this.id('hold');
    const made = {
      ...slot,
      id,
      token: `${id}-token`,
      expires_at: new Date(this.now() + HOLD_MS).toISOString(),
      provider_id: providerId,
      visit_type_id: typeId,
      person_id: user.id,
    };
    this.holds.push(made);
    return made;
  }

  add(
    { providerId, typeId = 'type-follow' }: { providerId: string; typeId?: string },
    given: Partial<Appointment> & { start: string },
  ): Appointment {
    const provider = providers.find((one) => one.id === providerId)!;
    const type = visitTypes.find((one) => one.id === typeId)!;
    const start = Date.parse(given.start);
    const made: Appointment = {
      id: this.id('visit'),
      clinic: { id: 'clinic-harbor', name: 'Harbor Health' },
      provider: { id: provider.id, name: provider.name },
      patient: { id: 'patient-ana', name: patient.full_name },
      visit_type: { id: type.id, name: type.name, duration_minutes: type.duration_minutes },
      end: new Date(start + type.duration_minutes * 60_000).toISOString(),
      time_zone: provider.time_zone,
      mode: 'telehealth',
      status: type.approval_needed ? 'requested' : 'scheduled',
      location:
        given.mode === 'in-person'
          ? { ...provider.locations[0]!, address: '12 Harbor Street', phone: '+1 555 0100' }
          : null,
      room: null,
      device: null,
      reason: '',
      accommodations: {},
      price: type.price,
      overbooked: false,
      policy: { change_until: new Date(start - 24 * 3_600_000).toISOString(), reason_required: false },
      moves: [],
      closed_reason: '',
      private: false,
      patient_late: null,
      created_at: new Date(this.now()).toISOString(),
      updated_at: new Date(this.now()).toISOString(),
      version: 1,
      ...given,
    };
    this.appointments.push(made);
    this.note(made, 'appointment:book');
    return made;
  }

  note(appointment: Appointment, action: string): void {
    const entries = this.history.get(appointment.id) ?? [];
    entries.push({ at: new Date(this.now()).toISOString(), action, by: appointment.patient.name, data: {} });
    this.history.set(appointment.id, entries);
  }

  /** The appointment with what the patient may do with it now. */
  shown(one: Appointment): Appointment {
    const open: Status[] = ['requested', 'scheduled', 'confirmed', 'rescheduled'];
    const early = Date.parse(one.policy.change_until) > this.now();
    const moves: Move[] = [];
    if (one.status === 'scheduled' || one.status === 'rescheduled') moves.push('confirm');
    if (open.includes(one.status) && early) moves.push('cancel', 'reschedule');
    return { ...one, moves };
  }

  nearest(providerId: string, typeId: string, mode: Mode): Slot[] {
    const zone = providers.find((one) => one.id === providerId)?.time_zone ?? 'UTC';
    const today = dateOf(new Date(this.now()), zone);
    return this.free(providerId, typeId, mode, today, addDays(today, 14)).slice(0, 3);
  }

  isFree(providerId: string, start: Date, end: Date, noticeMinutes: number, except?: User): boolean {
    if (start.getTime() < this.now() + noticeMinutes * 60_000) return false;
    const clashes = (one: { start: string; end: string }) =>
      Date.parse(one.start) < end.getTime() && start.getTime() < Date.parse(one.end);
    const booked = this.appointments.some(
      (one) => one.provider.id === providerId && !DONE.includes(one.status) && clashes(one),
    );
    const held = this.holds.some(
      (one) =>
        one.provider_id === providerId &&
        one.person_id !== except?.id &&
        Date.parse(one.expires_at) > this.now() &&
        clashes(one),
    );
    return !booked && !held;
  }
}
