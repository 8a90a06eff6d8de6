import { describe, expect, it } from 'vitest';
import type { Slot } from '@/api/types';
import { shownDays } from './grouping';

function slot(start: string): Slot {
  const end = new Date(Date.parse(start) + 30 * 60_000).toISOString();
  return { start, end, mode: 'telehealth', location_id: null };
}

describe('the days of a picker', () => {
  const late = slot('2026-12-04T03:30:00Z'); // 22:30 on the 3rd in New York, 12:30 on the 4th in Tokyo
  const early = slot('2026-12-03T14:00:00Z');

  it('are those of the person, whatever the zone of the provider', () => {
    const inNewYork = shownDays('2026-12-03', 2, 'America/New_York', [late, early], []);
    expect(inNewYork.map((day) => day.free)).toEqual([2, 0]);
    const inTokyo = shownDays('2026-12-03', 2, 'Asia/Tokyo', [late, early], []);
    expect(inTokyo.map((day) => day.free)).toEqual([1, 1]);
  });

  it('have their times in order, by part of the day', () => {
    const [day] = shownDays('2026-12-03', 1, 'America/New_York', [late, early], []);
    expect(day?.parts.map(({ part, slots }) => [part, slots[0]?.start])).toEqual([
      ['morning', early.start],
      ['evening', late.start],
    ]);
  });

  it('keep a time that went, marked and not counted', () => {
    const [day] = shownDays('2026-12-03', 1, 'America/New_York', [early], [late]);
    expect(day?.free).toBe(1);
    expect(day?.parts.at(-1)?.slots[0]).toMatchObject({ start: late.start, gone: true });
  });
});
