import { describe, expect, it } from 'vitest';
import type { Entry } from '@/api/waitlist';
import { circleOf } from './circle';
import { partOf, PARTS, WINDOWS } from './windows';
import { changesTo, firstWishes, told, wishesOf } from './wishes';

const ZONE = 'America/New_York';
const HOME = { latitude: 42.65, longitude: -73.75, km: 10 };

function entry(change: Partial<Entry> = {}): Entry {
  return {
    id: 'entry-1',
    patient: { id: 'patient-1', name: 'Ana Whitfield' },
    clinic: { id: 'clinic-1', name: 'Riverside' },
    visit_type: { id: 'type-1', name: 'Consultation' },
    providers: [],
    specialty: null,
    appointment_id: null,
    appointment_start: null,
    modes: ['in-person'],
    possible_modes: ['in-person', 'telehealth'],
    days: [1, 2],
    times: WINDOWS.morning,
    time_zone: ZONE,
    near: HOME,
    until: '2027-06-01T04:00:00Z', // the end of 31 May in New York
    status: 'waiting',
    place: 'next',
    joined_at: '2027-03-01T13:00:00Z',
    urgency: null,
    offers: null,
    offer: null,
    ...change,
  };
}

describe('wishes', () => {
  it('begin with any time, for three months', () => {
    const first = firstWishes(['telehealth'], '2027-03-01');
    expect(first).toMatchObject({ modes: ['telehealth'], days: [], part: 'any', until: '2027-05-30', near: 'anywhere' });
    expect(firstWishes([], '2027-03-01', '2027-03-09').until).toBe('2027-03-09');
  });

  it('of an entry are read back as they were told', () => {
    const before = entry();
    const wishes = wishesOf(before);
    expect(wishes).toMatchObject({ part: 'morning', until: '2027-05-31', near: 'kept', km: '10' });
    expect(changesTo(before, told(wishes, before.possible_modes, ZONE, HOME), ZONE)).toEqual({});
  });

  it('that change are told alone', () => {
    const before = entry();
    const wishes = { ...wishesOf(before), days: ['5'], part: 'evening' as const };
    expect(changesTo(before, told(wishes, before.possible_modes, ZONE, HOME), ZONE)).toEqual({
      days: [5],
      times: WINDOWS.evening,
      time_zone: ZONE,
    });
  });

  it('lose their distance where it is any, and where nobody meets in person', () => {
    const before = entry();
    const anywhere = told({ ...wishesOf(before), near: 'anywhere' }, before.possible_modes, ZONE, null);
    expect(changesTo(before, anywhere, ZONE)).toEqual({ near: null });
    const video = told({ ...wishesOf(before), modes: ['telehealth'] }, before.possible_modes, ZONE, HOME);
    expect(changesTo(before, video, ZONE)).toEqual({ modes: ['telehealth'], near: null });
  });

  it('keep times of their own that are no part of a day', () => {
    const before = entry({ times: [{ start: '10:00', end: '11:30' }] });
    const wishes = wishesOf(before);
    expect(wishes.part).toBe('own');
    expect(changesTo(before, told(wishes, before.possible_modes, ZONE, HOME), ZONE)).toEqual({});
  });
});

describe('parts of a day', () => {
  it('are known by their times', () => {
    expect(PARTS.map((part) => partOf(WINDOWS[part]))).toEqual([...PARTS]);
    expect(partOf([{ start: '00:00', end: '12:01' }])).toBeUndefined();
  });
});

describe('with whom', () => {
  it('is one provider, some, or a specialty; and nobody cannot be told', () => {
    expect(circleOf({ kind: 'one' }, 'p1')).toEqual({ provider_ids: ['p1'] });
    expect(circleOf({ kind: 'some', ids: ['p2', 'p3'] }, 'p1')).toEqual({ provider_ids: ['p2', 'p3'] });
    expect(circleOf({ kind: 'some', ids: [] }, 'p1')).toBeNull();
    expect(circleOf({ kind: 'specialty', code: '207Q00000X' }, 'p1')).toEqual({ specialty: '207Q00000X' });
  });
});
