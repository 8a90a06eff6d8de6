import { addDays, type PlainDate, toUtc } from '@/lib/dates';
import { dateOf, type Instant, minuteOfDay, offsetMinutes } from '@/lib/time';

/** Minutes of a wall-clock day; 1440 is its end. */
export const DAY_MINUTES = 1440;

/** A time of day as the server writes it: "09:00", and "24:00" for the end of the day. */
export type WallTime = string;

const PATTERN = /^([01]\d|2[0-3]):([0-5]\d)$/u;

/** Minutes since midnight of "HH:MM"; NaN for anything else. */
export function wallMinutes(time: WallTime): number {
  if (time === '24:00') return DAY_MINUTES;
  const match = PATTERN.exec(time);
  return match ? Number(match[1]) * 60 + Number(match[2]) : Number.NaN;
}

/** "HH:MM" of minutes since midnight. */
export function wallTime(minutes: number): WallTime {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/**
 * The instant at which clocks in the zone show that time of that date. A time that daylight saving skips is the same
 * distance after the gap; of a time that comes twice it is the first.
 */
export function instantOf(date: PlainDate, minutes: number, zone: string): Instant {
  const wall = toUtc(date) + minutes * 60_000;
  const day = 24 * 3_600_000;
  const before = offsetMinutes(zone, new Date(wall - day));
  const after = offsetMinutes(zone, new Date(wall + day));
  const fits = [before, after].find((offset) => offsetMinutes(zone, new Date(wall - offset * 60_000)) === offset);
  return new Date(wall - (fits ?? before) * 60_000).toISOString();
}

/** The instants that begin and end a date in a zone. */
export function boundsOf(date: PlainDate, zone: string): { start: Instant; end: Instant } {
  return { start: instantOf(date, 0, zone), end: instantOf(addDays(date, 1), 0, zone) };
}

/** "2026-12-03T14:30" as clocks in the zone show the instant: the form of the browser's date and time field. */
export function localField(instant: Instant, zone: string): string {
  return `${dateOf(instant, zone)}T${wallTime(minuteOfDay(instant, zone))}`;
}

/** The instant of a browser's date and time field, read in the zone; null when it is not filled in. */
export function fieldInstant(field: string, zone: string): Instant | null {
  const [date = '', time = ''] = field.split('T');
  const minutes = wallMinutes(time.slice(0, 5));
  return date && !Number.isNaN(minutes) ? instantOf(date, minutes, zone) : null;
}
