import type { Entry } from '@/api/waitlist';

export const PARTS = ['any', 'morning', 'afternoon', 'evening'] as const;
export type PartOfDay = (typeof PARTS)[number];

/** What the parts of a day are on the clock. */
export const WINDOWS: Record<PartOfDay, Entry['times']> = {
  any: [],
  morning: [{ start: '00:00', end: '12:00' }],
  afternoon: [{ start: '12:00', end: '17:00' }],
  evening: [{ start: '17:00', end: '24:00' }],
};

/** The part of a day that these times are, when they are one. */
export function partOf(times: Entry['times']): PartOfDay | undefined {
  const spans = (of: Entry['times']) => of.map(({ start, end }) => `${start}-${end}`).join();
  return PARTS.find((part) => spans(WINDOWS[part]) === spans(times));
}
