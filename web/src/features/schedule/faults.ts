import { ApiError } from '@/api/errors';
import type { Hours } from '@/api/schedule';
import { DAY_MINUTES, wallMinutes } from '@/lib/wallTime';
import type { Draft } from './draft';

/** What can be wrong with an entry; the server's own codes. */
export const FAULTS = ['bad_time', 'empty_span', 'no_modes', 'overlapping_hours', 'unknown_zone'] as const;
export type Fault = (typeof FAULTS)[number];

/** Faults by where they are: "weekly.0", "breaks.2", "overrides.2026-12-24.1", as in the server's complaints. */
export type Faults = ReadonlyMap<string, Fault>;

const WEEK_MINUTES = 7 * DAY_MINUTES;

interface Placed {
  where: string;
  /** Minutes since the beginning of the week, or of the date. */
  start: number;
  length: number;
  /** Hours share a place when location and modes are the same; only such may not overlap. */
  place: string;
}

/** Everything that keeps a schedule from being saved, found before it is sent. */
export function faultsOf(draft: Draft): Faults {
  const found = new Map<string, Fault>();
  const weekly = draft.weekly.map((entry, index) => ({ entry, where: `weekly.${index}` }));
  for (const { entry, where } of weekly) note(found, where, faultOf(entry));
  draft.breaks.forEach((entry, index) => note(found, `breaks.${index}`, timeFault(entry)));
  const sound = weekly.filter(({ where }) => !found.has(where));
  noteOverlaps(
    found,
    sound.map(({ entry, where }) => placed(where, entry, (entry.weekday - 1) * DAY_MINUTES)),
    WEEK_MINUTES,
  );
  for (const { date, hours } of draft.overrides) {
    const named = hours.map((entry, index) => ({ entry, where: `overrides.${date}.${index}` }));
    for (const { entry, where } of named) note(found, where, faultOf(entry));
    const right = named.filter(({ where }) => !found.has(where));
    noteOverlaps(found, right.map(({ entry, where }) => placed(where, entry, 0)), 2 * DAY_MINUTES);
  }
  return found;
}

/** What the server complained about, by the same places. */
export function faultsIn(error: unknown): Faults {
  const errors = error instanceof ApiError ? (error.problem.errors ?? []) : [];
  return new Map(
    errors.map(({ path, message }) => [path.replace(/^body\./u, ''), FAULTS.find((code) => code === message) ?? 'bad_time']),
  );
}

function faultOf(hours: Hours): Fault | null {
  return timeFault(hours) ?? (hours.modes.length === 0 ? 'no_modes' : null);
}

function timeFault({ start, end }: { start: string; end: string }): Fault | null {
  const from = wallMinutes(start);
  const to = wallMinutes(end);
  if (Number.isNaN(from) || Number.isNaN(to) || from === DAY_MINUTES) return 'bad_time';
  return from === to ? 'empty_span' : null;
}

function placed(where: string, hours: Hours, base: number): Placed {
  const start = wallMinutes(hours.start);
  const length = (wallMinutes(hours.end) - start + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
  return { where, start: base + start, length, place: `${hours.location_id ?? ''} ${hours.modes.toSorted().join()}` };
}

/** Notes entries that share a minute with an earlier one of their place, on a circle: Sunday night meets Monday. */
function noteOverlaps(found: Map<string, Fault>, entries: Placed[], around: number): void {
  entries.forEach((entry, index) => {
    const clash = entries
      .slice(0, index)
      .some(
        (other) =>
          other.place === entry.place &&
          (modulo(entry.start - other.start, around) < other.length || modulo(other.start - entry.start, around) < entry.length),
      );
    if (clash) found.set(entry.where, 'overlapping_hours');
  });
}

function modulo(number: number, by: number): number {
  return ((number % by) + by) % by;
}

function note(found: Map<string, Fault>, where: string, fault: Fault | null): void {
  if (fault) found.set(where, fault);
}
