import type { Accommodations, Appointment, Mode, Move, Status } from '@/api/types';
import { dateOf, sameInstant } from '@/lib/time';
import { providers, visitTypes } from './cast';
import type { FakeClinic } from './clinic';
import { type FakeAnswer, type FakeCall, type FakeRouter, ok, problem } from './router';

/** Holds and appointments. */
export function bookingRoutes(router: FakeRouter, clinic: FakeClinic): void {
  // Visits are held in our own call.
  router.on('POST telehealth/rooms/:id/way-in', () => ({
    status: 200,
    body: { platform: 'built-in', kind: 'built-in', link: '', server: '', room: '', token: '' },
  }));
  router.on('POST holds', (call) => placeHold(clinic, call));
  router.on('DELETE holds/:id', ({ params }) => {
    clinic.holds = clinic.holds.filter((hold) => hold.id !== params['id']);
    return { status: 204 };
  });
  router.on('POST appointments', (call) => book(clinic, call));
  router.on('GET appointments', ({ query, headers }) => {
    const user = clinic.personOf(headers.get('Authorization'));
    if (!user) return problem(401, 'not_signed_in');
    const statuses = query.getAll('status').flatMap((value) => value.split(',')) as Status[];
    const from = query.get('from');
    const to = query.get('to');
    const items = clinic.appointments.filter(
      (one) =>
        (statuses.length === 0 || statuses.includes(one.status)) &&
        (!query.get('mode') || one.mode === query.get('mode')) &&
        (!from || Date.parse(one.end) >= Date.parse(from)) &&
        (!to || Date.parse(one.start) < Date.parse(to)),
    );
    return ok({
      items: items.toSorted((a, b) => a.start.localeCompare(b.start)).map((one) => clinic.shown(one)),
      next_cursor: null,
    });
  });
  const existing = (work: (one: Appointment, call: FakeCall) => FakeAnswer) => (call: FakeCall) => {
    const one = clinic.appointments.find((each) => each.id === call.params['id']);
    return one ? work(one, call) : problem(404, 'not_found');
  };
  router.on(
    'GET appointments/:id',
    existing((one) => ok(clinic.shown(one))),
  );
  router.on(
    'GET appointments/:id/history',
    existing((one) => ok({ items: clinic.history.get(one.id) ?? [] })),
  );
  router.on(
    'POST appointments/:id/confirm',
    existing((one) => ok(become(clinic, one, 'confirmed', 'confirm'))),
  );
  router.on(
    'DELETE appointments/:id',
    existing((one) => ok(become(clinic, one, 'cancelled', 'cancel'))),
  );
  router.on(
    'PUT appointments/:id/reschedule',
    existing((one, { body }) => reschedule(clinic, one, String(body['start']))),
  );
}

function slotOf(clinic: FakeClinic, call: FakeCall) {
  const { provider_id, visit_type_id, mode, start } = call.body as Record<string, string>;
  const provider = providers.find((one) => one.id === provider_id);
  const user = clinic.personOf(call.headers.get('Authorization'));
  if (!provider || !user || !start) return undefined;
  const day = dateOf(start, provider.time_zone);
  const free = clinic.free(provider.id, visit_type_id ?? '', mode as Mode, day, day, user);
  return {
    provider,
    user,
    typeId: visit_type_id ?? '',
    mode: mode as Mode,
    slot: free.find((one) => sameInstant(one.start, start)),
  };
}

function placeHold(clinic: FakeClinic, call: FakeCall): FakeAnswer {
  const asked = slotOf(clinic, call);
  if (!asked) return problem(401, 'not_signed_in');
  if (!asked.slot) return taken(clinic, asked);
  return ok(clinic.hold(asked.user, asked.slot, asked.provider.id, asked.typeId), 201);
}

function book(clinic: FakeClinic, call: FakeCall): FakeAnswer {
  const key = call.headers.get('Idempotency-Key');
  if (!key) return problem(400, 'idempotency_key_required');
  const before = clinic.answered.get(key);
  if (before) return ok(before, 201);
  const asked = slotOf(clinic, call);
  if (!asked) return problem(401, 'not_signed_in');
  if (!asked.slot) return taken(clinic, asked);
  clinic.holds = clinic.holds.filter((hold) => hold.token !== call.body['hold_token']);
  const made = clinic.add(
    { providerId: asked.provider.id, typeId: asked.typeId },
    {
      start: asked.slot.start,
      mode: asked.mode,
      patient: { id: asked.user.patient_id ?? '', name: asked.user.full_name },
      reason: String(call.body['reason']),
      accommodations: (call.body['accommodations'] as Accommodations | undefined) ?? {},
    },
  );
  clinic.answered.set(key, made);
  return ok(clinic.shown(made), 201);
}

function taken(clinic: FakeClinic, asked: { provider: { id: string }; typeId: string; mode: Mode }): FakeAnswer {
  return problem(409, 'slot_taken', { alternatives: clinic.nearest(asked.provider.id, asked.typeId, asked.mode) });
}

function become(clinic: FakeClinic, one: Appointment, status: Status, move: Move): Appointment {
  one.status = status;
  one.version += 1;
  clinic.note(one, `appointment:${move}`);
  return clinic.shown(one);
}

function reschedule(clinic: FakeClinic, one: Appointment, start: string): FakeAnswer {
  const type = visitTypes.find((each) => each.id === one.visit_type.id)!;
  const begins = new Date(start);
  const ends = new Date(begins.getTime() + type.duration_minutes * 60_000);
  if (!clinic.isFree(one.provider.id, begins, ends, 0)) {
    return taken(clinic, { provider: one.provider, typeId: type.id, mode: one.mode });
  }
  one.start = begins.toISOString();
  one.end = ends.toISOString();
  return ok(become(clinic, one, 'rescheduled', 'reschedule'));
}
