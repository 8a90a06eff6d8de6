import type { Slot, SlotDays } from '@/api/types';
import { datesFrom, type PlainDate } from '@/lib/dates';
import { dateOf, partOfDay, type PartOfDay } from '@/lib/time';

/** A time as the picker shows it: free, or gone while the person was looking. */
export interface ShownSlot extends Slot {
  gone: boolean;
}

export interface ShownDay {
  date: PlainDate;
  parts: { part: PartOfDay; slots: ShownSlot[] }[];
  free: number;
}

const PARTS: PartOfDay[] = ['morning', 'afternoon', 'evening'];

/** The days to show, each with its times by part of the day, in the zone's own wall clock. */
export function shownDays(from: PlainDate, count: number, zone: string, free: Slot[], gone: Slot[]): ShownDay[] {
  const all: ShownSlot[] = [
    ...free.map((slot) => ({ ...slot, gone: false })),
    ...gone.map((slot) => ({ ...slot, gone: true })),
  ].sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
  return datesFrom(from, count).map((date) => {
    const today = all.filter((slot) => dateOf(slot.start, zone) === date);
    const parts = PARTS.map((part) => ({ part, slots: today.filter((slot) => partOfDay(slot.start, zone) === part) }));
    return {
      date,
      parts: parts.filter(({ slots }) => slots.length > 0),
      free: today.filter((slot) => !slot.gone).length,
    };
  });
}

/** All slots of an answer in one list. */
export function flatten(answer: SlotDays | undefined): Slot[] {
  return answer?.days.flatMap((day) => day.slots) ?? [];
}
