import { type PlainDate, toUtc } from '@/lib/dates';

/** An ISO 8601 instant with its offset, as the server sends it. */
export type Instant = string;

export type PartOfDay = 'morning' | 'afternoon' | 'evening';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  let made = formats.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(locale, options);
    formats.set(key, made);
  }
  return made;
}

/** The device's variety of a language ("en-GB" for "en"), so that dates and clocks look as the person is used to. */
export function localeFor(language: string): string {
  return navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language;
}

/** The calendar date of an instant in a zone. */
export function dateOf(instant: Instant | Date, zone: string): PlainDate {
  const parts = format('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return parts.format(toDate(instant));
}

/** The hour (0 to 23) of an instant in a zone. */
export function hourOf(instant: Instant, zone: string): number {
  return Number(format('en-GB', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' }).format(toDate(instant)));
}

/** Minutes since local midnight (wall clock) of an instant in a zone. */
export function minuteOfDay(instant: Instant, zone: string): number {
  const parts = format('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const [hours = 0, minutes = 0] = parts.format(toDate(instant)).split(':').map(Number);
  return hours * 60 + minutes;
}

/** Morning until noon, afternoon until 17:00, then evening. */
export function partOfDay(instant: Instant, zone: string): PartOfDay {
  const hour = hourOf(instant, zone);
  if (hour < 12) return 'morning';
  return hour < 17 ? 'afternoon' : 'evening';
}

/** Minutes from one instant to another. */
export function minutesBetween(start: Instant, end: Instant): number {
  return Math.round((Date.parse(end) - Date.parse(start)) / 60_000);
}

/** Whether two instants are the same moment, whatever offsets they are written with. */
export function sameInstant(first: Instant, second: Instant): boolean {
  return Date.parse(first) === Date.parse(second);
}

/** "14:30" or "2:30 PM". */
export function formatTime(instant: Instant, zone: string, locale: string): string {
  return format(locale, { timeZone: zone, hour: 'numeric', minute: '2-digit' }).format(toDate(instant));
}

/** "14:30 – 15:00". */
export function formatTimeRange(start: Instant, end: Instant, zone: string, locale: string): string {
  const made = format(locale, { timeZone: zone, hour: 'numeric', minute: '2-digit' });
  return made.formatRange(toDate(start), toDate(end));
}

/** "Thursday 3 December" (with the year when asked). */
export function formatDay(instant: Instant | Date, zone: string, locale: string, year = false): string {
  const options: Intl.DateTimeFormatOptions = { timeZone: zone, weekday: 'long', day: 'numeric', month: 'long' };
  return format(locale, year ? { ...options, year: 'numeric' } : options).format(toDate(instant));
}

/** "Thu 3 Dec". */
export function formatShortDay(instant: Instant | Date, zone: string, locale: string): string {
  const made = format(locale, { timeZone: zone, weekday: 'short', day: 'numeric', month: 'short' });
  return made.format(toDate(instant));
}

/** "3 Dec 2026, 14:30". */
export function formatDateTime(instant: Instant, zone: string, locale: string): string {
  return format(locale, { timeZone: zone, dateStyle: 'medium', timeStyle: 'short' }).format(toDate(instant));
}

/** A calendar date in words; `style` picks the parts. */
export function formatDate(date: PlainDate, locale: string, style: Intl.DateTimeFormatOptions): string {
  return format(locale, { ...style, timeZone: 'UTC' }).format(toUtc(date));
}

/** "24 – 30 November 2026". */
export function formatDateRange(first: PlainDate, last: PlainDate, locale: string): string {
  const made = format(locale, { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' });
  return made.formatRange(toUtc(first), toUtc(last));
}

/** "24 – 30 November 2026" for whole days, from midnight to midnight; otherwise from when to when. */
export function formatSpan(start: Instant, end: Instant, zone: string, locale: string): string {
  const whole = [start, end].every((instant) => minuteOfDay(instant, zone) === 0);
  if (whole) return formatDateRange(dateOf(start, zone), dateOf(new Date(Date.parse(end) - 1), zone), locale);
  const made = format(locale, { timeZone: zone, dateStyle: 'medium', timeStyle: 'short' });
  return made.formatRange(toDate(start), toDate(end));
}

/** The offset of a zone at an instant, in minutes east of UTC. */
export function offsetMinutes(zone: string, at: Instant | Date): number {
  const name = partOf(zone, 'en', at, 'longOffset');
  const match = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(name);
  if (!match?.[1]) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}

/** Whether clocks in the two zones show the same at that instant. */
export function sameClock(first: string, second: string, at: Instant | Date): boolean {
  return first === second || offsetMinutes(first, at) === offsetMinutes(second, at);
}

/** The zone as people say it: "New York time (GMT-5)". The words around the place come from the catalogue. */
export function zoneParts(zone: string, at: Instant | Date, locale: string): { place: string; offset: string } {
  const place = zone.split('/').slice(1).reverse().join(', ').replaceAll('_', ' ') || zone;
  return { place, offset: partOf(zone, locale, at, 'shortOffset') };
}

function partOf(zone: string, locale: string, at: Instant | Date, style: 'longOffset' | 'shortOffset'): string {
  const parts = format(locale, { timeZone: zone, timeZoneName: style }).formatToParts(toDate(at));
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
}

function toDate(instant: Instant | Date): Date {
  return typeof instant === 'string' ? new Date(instant) : instant;
}
