import { describe, expect, it } from 'vitest';
import { boundsOf, fieldInstant, instantOf, localField, wallMinutes, wallTime } from './wallTime';

describe('wall time', () => {
  it('reads and writes times of day', () => {
    expect(wallMinutes('09:30')).toBe(570);
    expect(wallMinutes('24:00')).toBe(1440);
    expect(wallMinutes('9:30')).toBeNaN();
    expect(wallTime(570)).toBe('09:30');
    expect(wallTime(1440)).toBe('24:00');
  });

  it.each([
    ['2026-12-03', 9 * 60, 'America/New_York', '2026-12-03T14:00:00.000Z'],
    ['2026-07-03', 9 * 60, 'America/New_York', '2026-07-03T13:00:00.000Z'],
    ['2026-12-03', 0, 'Asia/Kathmandu', '2026-12-02T18:15:00.000Z'],
    ['2026-12-03', 9 * 60, 'Pacific/Auckland', '2026-12-02T20:00:00.000Z'],
  ])('finds the instant of %s minute %i in %s', (date, minutes, zone, instant) => {
    expect(instantOf(date, minutes, zone)).toBe(instant);
  });

  it('moves a time that daylight saving skips to after the gap, and takes the first of two', () => {
    expect(instantOf('2026-03-08', 150, 'America/New_York')).toBe('2026-03-08T07:30:00.000Z');
    expect(instantOf('2026-11-01', 90, 'America/New_York')).toBe('2026-11-01T05:30:00.000Z');
    expect(instantOf('2026-04-05', 150, 'Pacific/Auckland')).toBe('2026-04-04T13:30:00.000Z');
  });

  it('knows days of 23 and 25 hours', () => {
    const hours = (date: string) => {
      const { start, end } = boundsOf(date, 'America/New_York');
      return (Date.parse(end) - Date.parse(start)) / 3_600_000;
    };
    expect([hours('2026-03-08'), hours('2026-11-01'), hours('2026-11-02')]).toEqual([23, 25, 24]);
  });

  it('goes to the browser field and back', () => {
    const instant = '2026-12-03T14:00:00.000Z';
    expect(localField(instant, 'America/Denver')).toBe('2026-12-03T07:00');
    expect(fieldInstant('2026-12-03T07:00', 'America/Denver')).toBe(instant);
    expect(fieldInstant('', 'America/Denver')).toBeNull();
  });
});
