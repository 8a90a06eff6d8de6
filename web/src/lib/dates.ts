/**
 * Calendar dates without a time or a zone, written YYYY-MM-DD. Arithmetic counts days in UTC, where every day has
 * 24 hours, so that neither the browser's zone nor daylight saving can shift a date.
 */
export type PlainDate = string;

const DAY_MS = 86_400_000;
const PATTERN = /^\d{4}-\d{2}-\d{2}$/;

/** Whether the text is a real date: 2026-02-30 is not. */
export function isPlainDate(text: unknown): text is PlainDate {
  if (typeof text !== 'string' || !PATTERN.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && fromUtc(ms) === text;
}

/** The date so many days later (or, with a negative number, earlier). */
export function addDays(date: PlainDate, days: number): PlainDate {
  return fromUtc(toUtc(date) + days * DAY_MS);
}

/** Whole days from the first date to the second. */
export function daysBetween(first: PlainDate, second: PlainDate): number {
  return Math.round((toUtc(second) - toUtc(first)) / DAY_MS);
}

/** ISO weekday: 1 is Monday, 7 is Sunday. */
export function isoWeekday(date: PlainDate): number {
  return new Date(toUtc(date)).getUTCDay() || 7;
}

/** The Monday of the date's week. */
export function startOfWeek(date: PlainDate): PlainDate {
  return addDays(date, 1 - isoWeekday(date));
}

/** So many dates in a row. */
export function datesFrom(first: PlainDate, count: number): PlainDate[] {
  return Array.from({ length: count }, (_, index) => addDays(first, index));
}

/** Midnight UTC of the date, in milliseconds: only for handing to Intl with timeZone "UTC". */
export function toUtc(date: PlainDate): number {
  return Date.parse(`${date}T00:00:00Z`);
}

function fromUtc(ms: number): PlainDate {
  return new Date(ms).toISOString().slice(0, 10);
}
