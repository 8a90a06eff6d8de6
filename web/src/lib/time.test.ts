import { describe, expect, it } from 'vitest';
import {
  dateOf,
  formatDate,
  formatDay,
  formatSpan,
  formatTime,
  hourOf,
  minuteOfDay,
  minutesBetween,
  offsetMinutes,
  partOfDay,
  sameClock,
  sameInstant,
  zoneParts,
} from './time';

const NEW_YORK = 'America/New_York';

describe('an instant in a zone', () => {
  it('has the date of that zone, not of the browser', () => {
    expect(dateOf('2026-12-03T02:30:00Z', NEW_YORK)).toBe('2026-12-02');
    expect(dateOf('2026-12-03T02:30:00Z', 'Asia/Tokyo')).toBe('2026-12-03');
  });

  it('knows zones with quarters of an hour', () => {
    expect(minuteOfDay('2026-12-03T00:00:00Z', 'Asia/Kathmandu')).toBe(5 * 60 + 45);
    expect(offsetMinutes('Australia/Lord_Howe', '2026-07-01T00:00:00Z')).toBe(10 * 60 + 30);
    expect(offsetMinutes('America/St_Johns', '2026-07-01T00:00:00Z')).toBe(-(2 * 60 + 30));
    expect(offsetMinutes('UTC', '2026-07-01T00:00:00Z')).toBe(0);
  });

  it('follows the change of clocks in both hemispheres', () => {
    expect(hourOf('2026-03-08T06:59:00Z', NEW_YORK)).toBe(1);
    expect(hourOf('2026-03-08T07:00:00Z', NEW_YORK)).toBe(3);
    expect(hourOf('2026-04-04T13:59:00Z', 'Pacific/Auckland')).toBe(2);
    expect(hourOf('2026-04-04T14:00:00Z', 'Pacific/Auckland')).toBe(2);
  });

  it('skips the day that Samoa skipped', () => {
    expect(dateOf('2011-12-30T09:59:00Z', 'Pacific/Apia')).toBe('2011-12-29');
    expect(dateOf('2011-12-30T10:00:00Z', 'Pacific/Apia')).toBe('2011-12-31');
  });

  it('belongs to a part of the day', () => {
    expect(partOfDay('2026-12-03T16:59:00Z', NEW_YORK)).toBe('morning');
    expect(partOfDay('2026-12-03T17:00:00Z', NEW_YORK)).toBe('afternoon');
    expect(partOfDay('2026-12-03T22:00:00Z', NEW_YORK)).toBe('evening');
  });
});

describe('two instants', () => {
  it('are the same moment however they are written', () => {
    expect(sameInstant('2026-12-03T14:30:00-05:00', '2026-12-03T19:30:00Z')).toBe(true);
    expect(minutesBetween('2026-12-03T14:30:00-05:00', '2026-12-03T20:00:00Z')).toBe(30);
  });
});

describe('two zones', () => {
  it('may show the same clock in winter and not in summer', () => {
    expect(sameClock('America/Denver', 'America/Phoenix', '2026-12-03T12:00:00Z')).toBe(true);
    expect(sameClock('America/Denver', 'America/Phoenix', '2026-07-03T12:00:00Z')).toBe(false);
  });
});

describe('words', () => {
  it('are those of the language and its variety', () => {
    expect(formatDay('2026-12-03T19:30:00Z', NEW_YORK, 'en-GB')).toBe('Thursday 3 December');
    expect(formatTime('2026-12-03T19:30:00Z', NEW_YORK, 'en-GB')).toBe('14:30');
    expect(formatDay('2026-12-03T19:30:00Z', NEW_YORK, 'es')).toBe('jueves, 3 de diciembre');
    expect(formatDate('2026-12-03', 'en-GB', { weekday: 'short' })).toBe('Thu');
  });

  it('name whole days by their dates, and anything else to the minute', () => {
    const span = (start: string, end: string) => formatSpan(start, end, NEW_YORK, 'en-GB').replaceAll(/\s/g, ' ');
    expect(span('2026-11-30T05:00:00Z', '2026-12-01T05:00:00Z')).toBe('30 November 2026');
    expect(span('2026-10-31T04:00:00Z', '2026-11-03T05:00:00Z')).toBe('31 October – 2 November 2026');
    expect(span('2026-11-30T14:00:00Z', '2026-11-30T17:00:00Z')).toBe('30 Nov 2026, 09:00–12:00');
  });

  it('name a zone by its place and present offset', () => {
    expect(zoneParts('America/Argentina/Buenos_Aires', '2026-12-03T12:00:00Z', 'en')).toEqual({
      place: 'Buenos Aires, Argentina',
      offset: 'GMT-3',
    });
    expect(zoneParts('UTC', '2026-12-03T12:00:00Z', 'en').place).toBe('UTC');
  });
});
