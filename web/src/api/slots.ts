import { queryOptions } from '@tanstack/react-query';
import { ask, askTagged, client, done } from '@/api/http';
import type { Mode, Slot } from '@/api/types';
import { addDays, type PlainDate } from '@/lib/dates';
import type { Instant } from '@/lib/time';

export interface SlotQuestion {
  providerId: string;
  visitTypeId: string;
  mode: Mode;
  from: PlainDate;
  to: PlainDate;
  timeZone: string;
}

/** Free times, grouped by the days of the asker's zone. */
export function slotsQuery({ providerId, visitTypeId, mode, from, to, timeZone }: SlotQuestion) {
  return queryOptions({
    queryKey: ['slots', providerId, { visitTypeId, mode, from, to, timeZone }],
    queryFn: ({ signal }) => {
      const query = { visit_type_id: visitTypeId, mode, from, to, time_zone: timeZone };
      const params = { path: { provider_id: providerId }, query };
      return ask(client.GET('/api/providers/{provider_id}/slots', { params, signal }));
    },
    staleTime: 15_000,
  });
}

/** The server answers this many days at a time, at most. */
const MOST_DAYS = 62;

/** The first free time from a date on, or null when there is none up to `last`. */
export function firstFreeQuery(question: Omit<SlotQuestion, 'to'>, last: PlainDate) {
  return queryOptions({
    queryKey: ['slots', question.providerId, 'first', question, last],
    queryFn: async ({ client: cache }): Promise<Slot | null> => {
      for (let from = question.from; from <= last; from = addDays(from, MOST_DAYS)) {
        const end = addDays(from, MOST_DAYS - 1);
        const found = await cache.query(slotsQuery({ ...question, from, to: end < last ? end : last }));
        const first = found.days.find((day) => day.slots.length > 0)?.slots[0];
        if (first) return first;
      }
      return null;
    },
    staleTime: 15_000,
  });
}

/** Why a time is, or is not, offered. */
export function explainQuery(providerId: string, visitTypeId: string, mode: Mode, start: Instant) {
  return queryOptions({
    queryKey: ['slots', providerId, 'explain', { visitTypeId, mode, start }],
    queryFn: ({ signal }) => {
      const params = { path: { provider_id: providerId }, query: { visit_type_id: visitTypeId, mode, start } };
      return ask(client.GET('/api/providers/{provider_id}/slots/explain', { params, signal }));
    },
  });
}

export interface HoldQuestion {
  provider_id: string;
  visit_type_id: string;
  start: Instant;
  mode: Mode;
}

/** A kept time, with the moment it ends on this device's own clock, which may be wrong. */
export interface KeptHold {
  id: string;
  token: string;
  endsAt: number;
}

/** The server's clock comes in whole seconds; better to stop counting a second early than late. */
const CLOCK_GRAIN_MS = 1000;

/** Keeps a time for a few minutes. */
export async function placeHold(body: HoldQuestion): Promise<KeptHold> {
  const { value, serverNow } = await askTagged(client.POST('/api/holds', { body }));
  const lifetime = Date.parse(value.expires_at) - serverNow - CLOCK_GRAIN_MS;
  return { id: value.id, token: value.token, endsAt: Date.now() + lifetime };
}

/** Gives a kept time back. `leaving` lets the call outlive the page. */
export function releaseHold(id: string, leaving = false): Promise<void> {
  const params = { path: { hold_id: id } };
  return done(client.DELETE('/api/holds/{hold_id}', { params, keepalive: leaving }));
}
