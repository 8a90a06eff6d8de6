import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { ask, askFile, client } from '@/api/http';
import type { components } from '@/api/schema';
import type { Accommodations, Appointment, Mode, Move, Page, Status } from '@/api/types';
import type { Instant } from '@/lib/time';

export interface AppointmentFilter {
  status?: readonly Status[];
  mode?: Mode;
  /** A date, or an instant with an offset. */
  from?: string;
  to?: string;
  /** A name of a provider, patient or visit type. */
  q?: string;
  patient_id?: string;
  provider_id?: string;
  clinic_id?: string;
  location_id?: string;
  order?: 'asc' | 'desc';
}

const PAGE_SIZE = 20;

/** The appointments the caller may see, a page at a time. */
export function appointmentsQuery(filter: AppointmentFilter) {
  const { status, ...rest } = filter;
  return infiniteQueryOptions({
    queryKey: ['appointments', filter],
    queryFn: async ({ pageParam, signal }) => {
      const query = {
        ...rest,
        ...(status ? { status: status.join(',') } : {}),
        ...(pageParam ? { cursor: pageParam } : {}),
        limit: PAGE_SIZE,
      };
      return (await ask(client.GET('/api/appointments', { params: { query }, signal }))) as Page<Appointment>;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** One appointment. */
export function appointmentQuery(id: string) {
  return queryOptions({
    queryKey: ['appointments', id],
    queryFn: async ({ signal }) => {
      const found = await ask(client.GET('/api/appointments/{appointment_id}', { params: at(id), signal }));
      return found as Appointment;
    },
  });
}

/** What happened to an appointment, in order. */
export function appointmentHistoryQuery(id: string) {
  return queryOptions({
    queryKey: ['appointments', id, 'history'],
    queryFn: async ({ signal }) => {
      const found = await ask(client.GET('/api/appointments/{appointment_id}/history', { params: at(id), signal }));
      return found.items;
    },
  });
}

export type Booking = Omit<components['schemas']['BookBody'], 'accommodations'> & { accommodations?: Accommodations };

/** Books. The same key again answers with the first result, so a retry never books twice. */
export async function book(booking: Booking, idempotencyKey: string): Promise<Appointment> {
  const params = { header: { 'Idempotency-Key': idempotencyKey } };
  const body = { ...booking, accommodations: { ...booking.accommodations } };
  return (await ask(client.POST('/api/appointments', { params, body }))) as Appointment;
}

/** Moves an appointment; it keeps its id. */
export async function reschedule(id: string, start: Instant): Promise<Appointment> {
  const path = '/api/appointments/{appointment_id}/reschedule';
  return (await ask(client.PUT(path, { params: at(id), body: { start } }))) as Appointment;
}

/** Cancels an appointment; without a reason when the text is empty. */
export async function cancel(id: string, reason: string): Promise<Appointment> {
  const body = { reason: reason || null };
  return (await ask(client.DELETE('/api/appointments/{appointment_id}', { params: at(id), body }))) as Appointment;
}

/** Moves an appointment to its next status. A reason is kept where the move ends the visit. */
export async function move(
  id: string,
  action: Exclude<Move, 'reschedule' | 'cancel'>,
  reason?: string,
): Promise<Appointment> {
  const path = `/api/appointments/{appointment_id}/${action}` as const;
  return (await ask(client.POST(path, { params: at(id), body: reason ? { reason } : {} }))) as Appointment;
}

/** The visit as a file for a calendar (RFC 5545). */
export function calendarFile(id: string): Promise<Blob> {
  return askFile(`/api/appointments/${encodeURIComponent(id)}/calendar.ics`);
}

function at(id: string) {
  return { path: { appointment_id: id } };
}
