import type { Appointment, Status } from '@/api/types';
import type { PlainDate } from '@/lib/dates';
import { dateOf, minuteOfDay } from '@/lib/time';
import type { Span } from '@/lib/timeGrid';
import { DAY_MINUTES } from '@/lib/wallTime';

/** Statuses whose time is free again: such visits are in lists but take no room in a picture of the day. */
const FREED: readonly Status[] = ['cancelled', 'no-show'];

/** Whether the visit still takes its time. */
export function takesTime(visit: Pick<Appointment, 'status'>): boolean {
  return !FREED.includes(visit.status);
}

/** The part of a day that lies between two instants, in minutes of the zone's wall clock; null when none does. */
export function spanOn(date: PlainDate, zone: string, between: { start: string; end: string }): Span | null {
  const first = dateOf(between.start, zone);
  const last = dateOf(between.end, zone);
  if (first > date || last < date) return null;
  const start = first < date ? 0 : minuteOfDay(between.start, zone);
  const end = last > date ? DAY_MINUTES : minuteOfDay(between.end, zone);
  // Where clocks went back between the two, the later instant can show the earlier time.
  return start < end ? { start, end } : null;
}
