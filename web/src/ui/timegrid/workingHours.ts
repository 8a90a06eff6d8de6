import type { Absence, ScheduleBody } from '@/api/schedule';
import { addDays, isoWeekday, type PlainDate } from '@/lib/dates';
import { normalised, type Span, without } from '@/lib/timeGrid';
import { DAY_MINUTES, instantOf, wallMinutes } from '@/lib/wallTime';
import { spanOn } from './placing';

export interface WorkingDay {
  open: Span[];
  breaks: Span[];
}

/**
 * The hours and breaks that begin on a date, in minutes of the schedule's own clock; what runs past midnight ends after
 * minute 1440. An override replaces the weekly hours and breaks of its date, and a holiday has no hours whatever else.
 */
export function workingOn(schedule: ScheduleBody, date: PlainDate): WorkingDay {
  const weekday = isoWeekday(date);
  const override = schedule.overrides.find((one) => one.date === date);
  if (schedule.holidays.includes(date)) return { open: [], breaks: [] };
  const hours = override ? override.hours : schedule.weekly.filter((one) => one.weekday === weekday);
  const breaks = override ? [] : schedule.breaks.filter((one) => one.weekday === weekday).map(spanOf);
  return { open: without(normalised(hours.map(spanOf)), breaks), breaks };
}

/** The same as a day of another zone shows it: pieces of up to three days of the schedule's own. */
export function workingSeen(schedule: ScheduleBody, date: PlainDate, zone: string): WorkingDay {
  const seen = (own: PlainDate, spans: Span[]) =>
    spans.flatMap((span) => {
      const start = instantOf(own, span.start, schedule.time_zone);
      const end = instantOf(own, span.end, schedule.time_zone);
      return spanOn(date, zone, { start, end }) ?? [];
    });
  const days = [addDays(date, -1), date, addDays(date, 1)].map((own) => ({ own, ...workingOn(schedule, own) }));
  return {
    open: normalised(days.flatMap(({ own, open }) => seen(own, open))),
    breaks: days.flatMap(({ own, breaks }) => seen(own, breaks)),
  };
}

/** The pieces of absences that fall on a date. */
export function awayOn(absences: readonly Absence[], date: PlainDate, zone: string): (Span & { absence: Absence })[] {
  return absences.flatMap((absence) => {
    const span = spanOn(date, zone, absence);
    return span ? [{ ...span, absence }] : [];
  });
}

/** A piece of a day as the schedule writes it; an end at or before the start is on the next day. */
export function spanOf({ start, end }: { start: string; end: string }): Span {
  const from = wallMinutes(start);
  const to = wallMinutes(end);
  return { start: from, end: to > from ? to : to + DAY_MINUTES };
}
