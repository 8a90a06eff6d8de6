import { describe, expect, it } from 'vitest';
import { addDays, datesFrom, daysBetween, isoWeekday, isPlainDate, startOfWeek } from './dates';

describe('calendar dates', () => {
  it('are real dates only', () => {
    expect(isPlainDate('2028-02-29')).toBe(true);
    expect(isPlainDate('2027-02-29')).toBe(false);
    expect(isPlainDate('2026-13-01')).toBe(false);
    expect(isPlainDate('2026-1-1')).toBe(false);
    expect(isPlainDate(20260101)).toBe(false);
  });

  it('cross months, years and the days when clocks change', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
    expect(addDays('2026-04-04', 1)).toBe('2026-04-05'); // New Zealand, the zone of these tests, turns back
    expect(addDays('2026-09-26', 1)).toBe('2026-09-27'); // and forward
  });

  it('know their week', () => {
    expect(isoWeekday('2026-11-22')).toBe(7);
    expect(startOfWeek('2026-11-22')).toBe('2026-11-16');
    expect(startOfWeek('2026-11-16')).toBe('2026-11-16');
  });

  it('count the days between', () => {
    expect(daysBetween('2026-02-27', '2026-03-01')).toBe(2);
    expect(datesFrom('2026-02-27', 3)).toEqual(['2026-02-27', '2026-02-28', '2026-03-01']);
  });
});
