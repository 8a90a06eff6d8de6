import type { Hours, Override, Pause, Schedule, ScheduleBody, WeeklyHours } from '@/api/schedule';
import type { PlainDate } from '@/lib/dates';
import { DAY_MINUTES, wallMinutes, type WallTime, wallTime } from '@/lib/wallTime';

/** A schedule while it is edited: every function here answers a new one and leaves the given one alone. */
export type Draft = ScheduleBody;

export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;

/** An entry with its place in the schedule's own list, which the server's complaints refer to. */
export interface Indexed<T> {
  index: number;
  entry: T;
}

const MORNING: WallTime = '09:00';
const EVENING: WallTime = '17:00';
const MORE_MINUTES = 120;
const NOON = 12 * 60;
const BREAK_MINUTES = 60;

/** What a schedule from the server looks like to the editor: hours and breaks by weekday and time. */
export function draftOf({ time_zone, weekly, breaks, overrides, holidays }: Schedule): Draft {
  return {
    time_zone,
    weekly: weekly.toSorted(byDayAndStart),
    breaks: breaks.toSorted(byDayAndStart),
    overrides: overrides.toSorted((a, b) => a.date.localeCompare(b.date)),
    holidays: holidays.toSorted(),
  };
}

/** Whether two schedules say the same. */
export function same(first: Draft, second: Draft): boolean {
  return JSON.stringify(written(first)) === JSON.stringify(written(second));
}

/** The entries of a weekday, by start. */
export function on<T extends { weekday: number; start: WallTime }>(entries: T[], weekday: number): Indexed<T>[] {
  return entries.map((entry, index) => ({ index, entry })).filter(({ entry }) => entry.weekday === weekday);
}

/** Adds hours to a weekday: a working day at first, then two more hours after the last. */
export function addHours(draft: Draft, weekday: number, like: Pick<Hours, 'modes' | 'location_id'>): Draft {
  const last = on(draft.weekly, weekday).at(-1)?.entry;
  const hours = last ? { ...last, ...after(last) } : { weekday, start: MORNING, end: EVENING, ...like };
  return { ...draft, weekly: [...draft.weekly, hours] };
}

/** More hours of a date, placed after those there are. */
export function nextHours(hours: Hours[], like: Pick<Hours, 'modes' | 'location_id'>): Hours {
  const last = hours.at(-1);
  return last ? { ...last, ...after(last) } : { start: MORNING, end: EVENING, ...like };
}

/** Adds a break to a weekday: an hour at noon where the hours reach over it, else in their middle. */
export function addBreak(draft: Draft, weekday: number): Draft {
  const working = on(draft.weekly, weekday).map(({ entry }) => entry);
  const around = working.find(({ start, end }) => wallMinutes(start) < NOON && wallMinutes(end) > NOON) ?? working[0];
  const taken = on(draft.breaks, weekday).length > 0;
  const middle = around ? Math.floor((wallMinutes(around.start) + wallMinutes(around.end)) / 2 / 30) * 30 : NOON;
  const start = around && wallMinutes(around.start) < NOON && wallMinutes(around.end) > NOON && !taken ? NOON : middle;
  const pause = { weekday, start: wallTime(start), end: wallTime(Math.min(start + BREAK_MINUTES, DAY_MINUTES - 1)) };
  return { ...draft, breaks: [...draft.breaks, pause] };
}

/** Changes one entry of a list. */
export function replace<T>(entries: T[], index: number, change: NoInfer<Partial<T>>): T[] {
  return entries.map((entry, at) => (at === index ? { ...entry, ...change } : entry));
}

/** Takes one entry out of a list. */
export function removed<T>(entries: T[], index: number): T[] {
  return entries.filter((_, at) => at !== index);
}

/** Gives other weekdays the hours and breaks of one, instead of their own. */
export function copyDay(draft: Draft, from: number, to: readonly number[]): Draft {
  const copied = <T extends WeeklyHours | Pause>(entries: T[]): T[] => {
    const model = entries.filter(({ weekday }) => weekday === from);
    const kept = entries.filter(({ weekday }) => weekday === from || !to.includes(weekday));
    const made = to.filter((weekday) => weekday !== from).flatMap((weekday) => model.map((entry) => ({ ...entry, weekday })));
    return [...kept, ...made].sort(byDayAndStart);
  };
  return { ...draft, weekly: copied(draft.weekly), breaks: copied(draft.breaks) };
}

export type DateKind = 'usual' | 'special' | 'holiday';

/** What a date is: a holiday, one with hours of its own, or one like every week. */
export function kindOf(draft: Draft, date: PlainDate): DateKind {
  if (draft.holidays.includes(date)) return 'holiday';
  return draft.overrides.some((one) => one.date === date) ? 'special' : 'usual';
}

/** Makes a date a holiday, one with hours of its own (at first those of its weekday), or like every week again. */
export function setKind(draft: Draft, date: PlainDate, kind: DateKind, first: Hours[]): Draft {
  const overrides = draft.overrides.filter((one) => one.date !== date);
  const holidays = draft.holidays.filter((one) => one !== date);
  if (kind === 'holiday') return { ...draft, overrides, holidays: [...holidays, date].sort() };
  if (kind === 'special') return { ...draft, holidays, overrides: inOrder([...overrides, { date, hours: first }]) };
  return { ...draft, overrides, holidays };
}

/** Sets the hours of a date that has hours of its own. */
export function setDateHours(draft: Draft, date: PlainDate, hours: Hours[]): Draft {
  return { ...draft, overrides: draft.overrides.map((one) => (one.date === date ? { date, hours } : one)) };
}

/** An end of 00:00 means the end of the day, which the server writes as 24:00. */
export function endTime(field: WallTime): WallTime {
  return field === '00:00' ? '24:00' : field;
}

/** Whether hours run past midnight into the next day. */
export function pastMidnight({ start, end }: { start: WallTime; end: WallTime }): boolean {
  return wallMinutes(end) < wallMinutes(start);
}

/** The draft in one fixed order, so that moving an entry about is no change. */
function written(draft: Draft): Draft {
  const modesInOrder = <T extends { modes: string[] }>(hours: T): T => ({ ...hours, modes: hours.modes.toSorted() });
  return {
    time_zone: draft.time_zone,
    weekly: draft.weekly.map(modesInOrder).sort(byDayAndStart).map(plainWeekly),
    breaks: draft.breaks.toSorted(byDayAndStart).map(({ weekday, start, end }) => ({ weekday, start, end })),
    overrides: inOrder(draft.overrides).map(({ date, hours }) => ({ date, hours: hours.map(modesInOrder).map(plain) })),
    holidays: draft.holidays.toSorted(),
  };
}

function plain({ start, end, modes, location_id }: Hours): Hours {
  return { start, end, modes, location_id: location_id ?? null };
}

function plainWeekly({ weekday, ...hours }: WeeklyHours): WeeklyHours {
  return { weekday, ...plain(hours) };
}

function after(last: { end: WallTime }): { start: WallTime; end: WallTime } {
  const start = Math.min(wallMinutes(last.end), DAY_MINUTES - 60);
  return { start: wallTime(start), end: wallTime(Math.min(start + MORE_MINUTES, DAY_MINUTES)) };
}

function inOrder(overrides: Override[]): Override[] {
  return overrides.toSorted((a, b) => a.date.localeCompare(b.date));
}

function byDayAndStart(a: { weekday: number; start: WallTime }, b: { weekday: number; start: WallTime }): number {
  return a.weekday - b.weekday || a.start.localeCompare(b.start);
}
