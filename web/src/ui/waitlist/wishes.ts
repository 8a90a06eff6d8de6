import type { Changes, Entry, NewEntry } from '@/api/waitlist';
import type { Mode } from '@/api/types';
import { addDays, type PlainDate } from '@/lib/dates';
import { dateOf } from '@/lib/time';
import { type PartOfDay, partOf, WINDOWS } from './windows';

const DAYS_AT_FIRST = 90;
export const DISTANCES = ['5', '10', '25', '50', '100'];

/** What the form asks; `near` is where from: nowhere, here, as it was, or the id of a place. */
export interface WishValues {
  modes: string[];
  days: string[];
  part: PartOfDay | 'own';
  until: PlainDate;
  near: 'anywhere' | 'here' | 'kept' | (string & {});
  km: string;
}

export interface Point {
  latitude: number;
  longitude: number;
}

/** What the form begins with for somebody who joins. */
export function firstWishes(liked: readonly Mode[], today: PlainDate, last?: PlainDate): WishValues {
  return {
    modes: [...liked],
    days: [],
    part: 'any',
    until: last ?? addDays(today, DAYS_AT_FIRST),
    near: 'anywhere',
    km: '25',
  };
}

/** What the form begins with for an entry that is changed. */
export function wishesOf(entry: Entry): WishValues {
  return {
    modes: [...entry.modes],
    days: entry.days.map(String),
    part: partOf(entry.times) ?? 'own',
    until: dateOf(new Date(Date.parse(entry.until) - 1), entry.time_zone),
    near: entry.near ? 'kept' : 'anywhere',
    km: String(entry.near?.km ?? 25),
  };
}

/** What is told to the server: the wishes, with the point that the distance is from. */
export function told(
  values: WishValues,
  modes: readonly Mode[],
  zone: string,
  point: Point | null,
): Pick<NewEntry, 'modes' | 'days' | 'time_zone' | 'until' | 'near' | 'times'> {
  const inPerson = values.modes.includes('in-person');
  return {
    modes: modes.filter((mode) => values.modes.includes(mode)),
    days: values.days.map(Number),
    ...(values.part === 'own' ? {} : { times: WINDOWS[values.part] }),
    time_zone: zone,
    until: values.until,
    near: point && inPerson ? { latitude: point.latitude, longitude: point.longitude, km: Number(values.km) } : null,
  };
}

/** The wishes that are another than the entry has them; what is left out stays. */
export function changesTo(entry: Entry, wishes: ReturnType<typeof told>, zone: string): Changes {
  const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  const before = wishesOf(entry);
  const times = wishes.times;
  const timesChanged = times !== undefined && !same(times, entry.times);
  return {
    ...(same(wishes.modes, entry.modes) ? {} : { modes: wishes.modes }),
    ...(same(wishes.days, entry.days) ? {} : { days: wishes.days }),
    ...(timesChanged ? { times, time_zone: zone } : {}),
    ...(wishes.until === before.until ? {} : { until: wishes.until }),
    ...(same(wishes.near, entry.near) ? {} : { near: wishes.near ?? null }),
  } as Changes;
}
