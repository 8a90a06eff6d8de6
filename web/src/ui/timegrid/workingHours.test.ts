import { describe, expect, it } from 'vitest';
import type { ScheduleBody } from '@/api/schedule';
import { workingOn, workingSeen } from './workingHours';

const THURSDAY = '2026-12-03';
const FRIDAY = '2026-12-04';
const modes = ['telehealth' as const];

function schedule(change: Partial<ScheduleBody> = {}): ScheduleBody {
  return {
    time_zone: 'America/New_York',
    weekly: [{ weekday: 4, start: '09:00', end: '17:00', modes, location_id: null }],
    breaks: [{ weekday: 4, start: '12:00', end: '13:00' }],
    overrides: [],
    holidays: [],
    ...change,
  };
}

describe('workingOn', () => {
  it('takes breaks out of the weekly hours', () => {
    expect(workingOn(schedule(), THURSDAY)).toEqual({
      open: [{ start: 540, end: 720 }, { start: 780, end: 1020 }],
      breaks: [{ start: 720, end: 780 }],
    });
    expect(workingOn(schedule(), FRIDAY)).toEqual({ open: [], breaks: [] });
  });

  it('lets an override replace hours and breaks, and a holiday close whatever is said', () => {
    const special = { date: THURSDAY, hours: [{ start: '10:00', end: '14:00', modes, location_id: null }] };
    expect(workingOn(schedule({ overrides: [special] }), THURSDAY)).toEqual({ open: [{ start: 600, end: 840 }], breaks: [] });
    expect(workingOn(schedule({ overrides: [special], holidays: [THURSDAY] }), THURSDAY).open).toEqual([]);
  });

  it('runs past midnight where the end is not after the start', () => {
    const night = schedule({ weekly: [{ weekday: 4, start: '22:00', end: '06:00', modes, location_id: null }], breaks: [] });
    expect(workingOn(night, THURSDAY).open).toEqual([{ start: 1320, end: 1800 }]);
    expect(workingSeen(night, FRIDAY, 'America/New_York').open).toEqual([{ start: 0, end: 360 }]);
  });
});

describe('workingSeen', () => {
  it('shows the hours on the clock of another zone, over the edge of a day if need be', () => {
    expect(workingSeen(schedule({ breaks: [] }), THURSDAY, 'Europe/London').open).toEqual([{ start: 14 * 60, end: 22 * 60 }]);
    expect(workingSeen(schedule({ breaks: [] }), FRIDAY, 'Asia/Tokyo').open).toEqual([{ start: 0, end: 7 * 60 }]);
    expect(workingSeen(schedule({ breaks: [] }), THURSDAY, 'Asia/Tokyo').open).toEqual([{ start: 23 * 60, end: 1440 }]);
  });
});
