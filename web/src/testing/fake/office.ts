import type { Patient } from '@/api/patients';
import type { Absence, Schedule, ScheduleBody } from '@/api/schedule';
import type { Appointment, Move, Page, Status } from '@/api/types';
import { datesFrom } from '@/lib/dates';
import { workingOn } from '@/ui/timegrid/workingHours';
import { CLINIC, patient, providers, visitTypes } from './cast';
import { FakeClinic } from './clinic';
import { type FakeCall, type FakeRouter, ok, problem } from './router';

const OPEN: Status[] = ['scheduled', 'confirmed', 'rescheduled'];
const AFTER: Record<Exclude<Move, 'reschedule' | 'cancel'>, Status> = {
  approve: 'scheduled',
  decline: 'cancelled',
  confirm: 'confirmed',
  'check-in': 'checked-in',
  start: 'in-progress',
  complete: 'completed',
  'no-show': 'no-show',
};

/** What the clinic's own people do: hours and absences, the day's visits, patients of the desk. */
export class FakeOffice {
  schedules = new Map<string, Schedule>();
  patients: Patient[] = [
    {
      id: patient.patient_id ?? '',
      person_id: patient.id,
      full_name: patient.full_name,
      email: patient.email,
      phone: '+1 555 0199',
      born_on: '1986-04-12',
      time_zone: patient.time_zone,
      language: 'en',
      verified: true,
      created_at: '2026-01-04T15:30:00Z',
    },
  ];

  scheduleOf(providerId: string): Schedule {
    const known = this.schedules.get(providerId);
    if (known) return known;
    const zone = providers.find(({ id }) => id === providerId)?.time_zone ?? 'UTC';
    const weekly = [1, 2, 3, 4, 5].map((weekday) => ({
      weekday,
      start: '09:00',
      end: '17:00',
      modes: ['in-person' as const, 'telehealth' as const],
      location_id: null,
    }));
    const made = {
      provider_id: providerId,
      time_zone: zone,
      weekly,
      breaks: [],
      overrides: [],
      holidays: [],
      absences: [],
      version: 1,
    };
    this.schedules.set(providerId, made);
    return made;
  }

  /** Saves as somebody else would: the version goes up. */
  change(providerId: string, change: Partial<ScheduleBody>): Schedule {
    const before = this.scheduleOf(providerId);
    const after = { ...before, ...change, version: before.version + 1 };
    this.schedules.set(providerId, after);
    return after;
  }
}

/** Registers what the clinic's own people call. After the other routes, since it tells what the clinic may do with visits. */
export function officeRoutes(router: FakeRouter, clinic: FakeClinic, office: FakeOffice): void {
  scheduleRoutes(router, office);
  visitRoutes(router, clinic);
  router.on('POST patients/search', ({ body }) => {
    const words = String(body['q']).toLowerCase();
    const items = office.patients.filter(({ full_name }) => full_name.toLowerCase().includes(words));
    return ok({ items, next_cursor: null });
  });
  router.on('GET patients/:id', ({ params }) => {
    const found = office.patients.find(({ id }) => id === params['id']);
    return found ? ok(found) : problem(404, 'patient_not_found');
  });
  router.on('GET appointments/patient/:id', ({ params }) =>
    ok({ items: clinic.appointments.filter((one) => one.patient.id === params['id']), next_cursor: null }),
  );
  for (const kind of ['locations', 'rooms', 'devices']) {
    router.on(`GET ${kind}`, () => ok({ items: [], next_cursor: null }));
  }
  router.on('GET visit-types', () =>
    ok({ items: visitTypes.map((type) => ({ ...type, clinic_id: CLINIC, provider_ids: [] })), next_cursor: null }),
  );
}

function scheduleRoutes(router: FakeRouter, office: FakeOffice): void {
  const answer = (schedule: Schedule) => ({ ...ok(schedule), headers: { ETag: `"${schedule.version}"` } });
  router.on('GET providers/:id/schedule', ({ params }) => answer(office.scheduleOf(params['id'] ?? '')));
  router.on('PUT providers/:id/schedule', ({ params, headers, body }) => {
    const id = params['id'] ?? '';
    const tag = headers.get('If-Match');
    if (tag && tag !== `"${office.scheduleOf(id).version}"`) return problem(412, 'version_mismatch');
    return answer(office.change(id, body));
  });
  router.on('POST providers/:id/schedule/preview', (call) => ok(preview(call)));
  router.on('POST providers/:id/absences', ({ params, body }) => {
    const schedule = office.scheduleOf(params['id'] ?? '');
    const absence = { id: 'absence-1', provider_id: schedule.provider_id, ...body } as Absence;
    schedule.absences.push(absence);
    return ok(absence, 201);
  });
}

/** A time at the beginning of each piece of working hours: enough to see whether the preview follows. */
function preview({ query, body }: FakeCall) {
  const schedule = body as unknown as ScheduleBody;
  const days = datesFrom(query.get('from') ?? '', 7).map((date) => ({
    date,
    slots: workingOn(schedule, date).open.map((span) => {
      const start = FakeClinic.at(date, span.start, schedule.time_zone).toISOString();
      return { start, end: start, mode: 'telehealth', location_id: null };
    }),
  }));
  return { time_zone: schedule.time_zone, days };
}

function visitRoutes(router: FakeRouter, clinic: FakeClinic): void {
  const works = (call: FakeCall) => {
    const user = clinic.personOf(call.headers.get('Authorization'));
    return user?.roles.some((role) => role !== 'patient') ?? false;
  };
  const list = router.handlerOf('GET appointments');
  router.override('GET appointments', (call) => {
    const answer = list(call);
    if (answer.status !== 200 || !works(call)) return answer;
    const { items } = answer.body as Page<Appointment>;
    const provider = call.query.get('provider_id');
    const own = items.filter((one) => !provider || one.provider.id === provider);
    return ok({ items: own.map((one) => ({ ...one, moves: clinicMoves(one) })), next_cursor: null });
  });
  const read = router.handlerOf('GET appointments/:id');
  router.override('GET appointments/:id', (call) => {
    const answer = read(call);
    const one = answer.body as Appointment;
    return answer.status === 200 && works(call) ? ok({ ...one, moves: clinicMoves(one) }) : answer;
  });
  for (const move of Object.keys(AFTER) as (keyof typeof AFTER)[]) {
    router.override(`POST appointments/:id/${move}`, ({ params, body }) => {
      const one = clinic.appointments.find(({ id }) => id === params['id']);
      if (!one) return problem(404, 'appointment_not_found');
      Object.assign(one, { status: AFTER[move], closed_reason: body['reason'] ?? '', version: one.version + 1 });
      clinic.note(one, move);
      return ok({ ...one, moves: clinicMoves(one) });
    });
  }
}

function clinicMoves({ status }: Appointment): Move[] {
  if (status === 'requested') return ['approve', 'cancel', 'decline', 'reschedule'];
  if (status === 'checked-in') return ['cancel', 'complete', 'start'];
  if (status === 'in-progress') return ['complete'];
  return OPEN.includes(status) ? ['cancel', 'check-in', 'no-show', 'reschedule', 'start'] : [];
}

