import { describe, expect, it } from 'vitest';
import { ApiError } from '@/api/errors';
import { addBreak, addHours, copyDay, type Draft, endTime, kindOf, on, pastMidnight, same, setKind } from './draft';
import { faultsIn, faultsOf } from './faults';

const like = { modes: ['telehealth' as const], location_id: null };
const hours = (weekday: number, start: string, end: string, more: object = {}) => ({ weekday, start, end, ...like, ...more });

function draft(change: Partial<Draft> = {}): Draft {
  return { time_zone: 'America/New_York', weekly: [], breaks: [], overrides: [], holidays: [], ...change };
}

describe('editing the week', () => {
  it('begins with a working day and goes on after the last hours', () => {
    const first = addHours(draft(), 2, like);
    expect(first.weekly).toEqual([hours(2, '09:00', '17:00')]);
    expect(addHours(first, 2, like).weekly[1]).toEqual(hours(2, '17:00', '19:00'));
    expect(addHours(draft({ weekly: [hours(2, '20:00', '24:00')] }), 2, like).weekly[1]).toEqual(hours(2, '23:00', '24:00'));
  });

  it('puts a break at noon, or in the middle of hours that do not reach over noon', () => {
    expect(addBreak(draft({ weekly: [hours(1, '09:00', '17:00')] }), 1).breaks).toEqual([{ weekday: 1, start: '12:00', end: '13:00' }]);
    expect(addBreak(draft({ weekly: [hours(1, '14:00', '19:00')] }), 1).breaks).toEqual([{ weekday: 1, start: '16:30', end: '17:30' }]);
  });

  it('copies a day with its breaks over others and leaves the rest alone', () => {
    const before = draft({
      weekly: [hours(1, '09:00', '12:00'), hours(3, '14:00', '18:00'), hours(5, '08:00', '10:00')],
      breaks: [{ weekday: 1, start: '10:00', end: '10:15' }, { weekday: 3, start: '16:00', end: '16:15' }],
    });
    const after = copyDay(before, 1, [2, 3]);
    expect(on(after.weekly, 2).map(({ entry }) => entry)).toEqual([hours(2, '09:00', '12:00')]);
    expect(on(after.weekly, 3).map(({ entry }) => entry)).toEqual([hours(3, '09:00', '12:00')]);
    expect(on(after.weekly, 5).map(({ entry }) => entry)).toEqual([hours(5, '08:00', '10:00')]);
    expect(after.breaks.map(({ weekday, start }) => [weekday, start])).toEqual([[1, '10:00'], [2, '10:00'], [3, '10:00']]);
    expect(before.weekly).toHaveLength(3);
  });

  it('takes midnight as the end of the day', () => {
    expect(endTime('00:00')).toBe('24:00');
    expect(pastMidnight({ start: '22:00', end: '06:00' })).toBe(true);
    expect(pastMidnight({ start: '22:00', end: '24:00' })).toBe(false);
  });
});

describe('editing dates', () => {
  it('makes a date a holiday, special, and like every week again', () => {
    const date = '2026-12-24';
    const holiday = setKind(draft(), date, 'holiday', []);
    expect([holiday.holidays, kindOf(holiday, date)]).toEqual([[date], 'holiday']);
    const special = setKind(holiday, date, 'special', [{ start: '09:00', end: '12:00', ...like }]);
    expect([special.holidays, special.overrides, kindOf(special, date)]).toEqual([
      [],
      [{ date, hours: [{ start: '09:00', end: '12:00', ...like }] }],
      'special',
    ]);
    expect(same(setKind(special, date, 'usual', []), draft())).toBe(true);
  });
});

describe('same', () => {
  it('does not mind the order of entries and modes, or a location left out', () => {
    const both = { modes: ['phone' as const, 'telehealth' as const] };
    const turned = { modes: ['telehealth' as const, 'phone' as const] };
    const first = draft({ weekly: [hours(1, '09:00', '12:00', both), hours(2, '09:00', '12:00')] });
    const second = draft({ weekly: [hours(2, '09:00', '12:00'), hours(1, '09:00', '12:00', turned)] });
    expect(same(first, second)).toBe(true);
    expect(same(first, draft({ weekly: [hours(1, '09:00', '12:30', both), hours(2, '09:00', '12:00')] }))).toBe(false);
  });
});

describe('faultsOf', () => {
  it('finds times that are missing or empty, and hours without a way of meeting', () => {
    const faults = faultsOf(
      draft({
        weekly: [hours(1, '', '12:00'), hours(1, '09:00', '09:00'), hours(2, '09:00', '12:00', { modes: [] })],
        breaks: [{ weekday: 1, start: '12:00', end: '12:00' }],
      }),
    );
    expect(Object.fromEntries(faults)).toEqual({
      'weekly.0': 'bad_time',
      'weekly.1': 'empty_span',
      'weekly.2': 'no_modes',
      'breaks.0': 'empty_span',
    });
  });

  it('finds hours of one place that overlap, and lets others be', () => {
    const overlapping = draft({ weekly: [hours(1, '09:00', '12:00'), hours(1, '11:00', '13:00')] });
    expect(faultsOf(overlapping)).toEqual(new Map([['weekly.1', 'overlapping_hours']]));
    const touching = draft({ weekly: [hours(1, '09:00', '12:00'), hours(1, '12:00', '13:00')] });
    expect(faultsOf(touching).size).toBe(0);
    const elsewhere = draft({ weekly: [hours(1, '09:00', '12:00'), hours(1, '11:00', '13:00', { location_id: 'b' })] });
    expect(faultsOf(elsewhere).size).toBe(0);
  });

  it('finds a night shift that meets the next morning, also over the end of the week', () => {
    const night = draft({ weekly: [hours(1, '05:00', '10:00'), hours(7, '22:00', '06:00')] });
    expect(faultsOf(night)).toEqual(new Map([['weekly.1', 'overlapping_hours']]));
  });

  it('looks at dates of their own too', () => {
    const date = '2026-12-24';
    const twice = [{ start: '09:00', end: '12:00', ...like }, { start: '10:00', end: '11:00', ...like }];
    expect(faultsOf(draft({ overrides: [{ date, hours: twice }] }))).toEqual(new Map([[`overrides.${date}.1`, 'overlapping_hours']]));
  });

  it('reads the complaints of the server by the same places', () => {
    const errors = [{ path: 'body.weekly.3', message: 'overlapping_hours' }];
    const error = new ApiError({ title: 'no', status: 422, code: 'invalid_schedule', errors });
    expect(faultsIn(error)).toEqual(new Map([['weekly.3', 'overlapping_hours']]));
    expect(faultsIn(new Error('other')).size).toBe(0);
  });
});
