import { queryOptions } from '@tanstack/react-query';
import { ask, askTagged, client, done } from '@/api/http';
import type { components } from '@/api/schema';
import type { PlainDate } from '@/lib/dates';
import type { Instant } from '@/lib/time';

type Schemas = components['schemas'];

/** Hours of one date. An end at or before the start runs past midnight. */
export type Hours = Schemas['Hours'];
export type WeeklyHours = Schemas['WeeklyHours'];
export type Pause = Schemas['Pause'];
export type Override = Schemas['Override'];
export type Absence = Schemas['Absence'];
export type Schedule = Schemas['Schedule'];
/** When a provider works, as it is sent to be kept. */
export type ScheduleBody = Required<Schemas['ScheduleBody']>;

/** A schedule with the tag to send back when it is changed. */
export interface TaggedSchedule {
  value: Schedule;
  etag: string | null;
}

/** When a provider works. */
export function scheduleQuery(providerId: string) {
  return queryOptions({
    queryKey: ['schedule', providerId],
    queryFn: ({ signal }): Promise<TaggedSchedule> =>
      askTagged(client.GET('/api/providers/{provider_id}/schedule', { params: at(providerId), signal })),
  });
}

/** Replaces the schedule. With a tag, refused (412) when somebody else changed it since; without, it wins. */
export function saveSchedule(providerId: string, body: ScheduleBody, etag: string | null): Promise<TaggedSchedule> {
  const params = { ...at(providerId), header: etag ? { 'If-Match': etag } : {} };
  return askTagged(client.PUT('/api/providers/{provider_id}/schedule', { params, body }));
}

export interface PreviewQuestion {
  from: PlainDate;
  to: PlainDate;
  visitTypeId: string;
}

/** The times that a schedule, kept or not, would offer; in the schedule's own zone. */
export function previewQuery(providerId: string, body: ScheduleBody, { from, to, visitTypeId }: PreviewQuestion) {
  return queryOptions({
    queryKey: ['preview', providerId, { body, from, to, visitTypeId }],
    queryFn: ({ signal }) => {
      const params = { ...at(providerId), query: { from, to, visit_type_id: visitTypeId } };
      return ask(client.POST('/api/providers/{provider_id}/schedule/preview', { params, body, signal }));
    },
    staleTime: 15_000,
    gcTime: 60_000,
  });
}

/** Takes the provider off for a time; visits already booked stay. */
export function addAbsence(providerId: string, body: { start: Instant; end: Instant; reason: string }): Promise<Absence> {
  return ask(client.POST('/api/providers/{provider_id}/absences', { params: at(providerId), body }));
}

/** Takes an absence back. */
export function removeAbsence(providerId: string, absenceId: string): Promise<void> {
  const params = { path: { provider_id: providerId, absence_id: absenceId } };
  return done(client.DELETE('/api/providers/{provider_id}/absences/{absence_id}', { params }));
}

function at(providerId: string) {
  return { path: { provider_id: providerId } };
}
