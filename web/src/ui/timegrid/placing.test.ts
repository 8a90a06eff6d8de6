import { describe, expect, it } from 'vitest';
import { spanOn } from './placing';

const zone = 'America/New_York';

describe('spanOn', () => {
  it('places a visit on its day', () => {
    const visit = { start: '2026-12-03T14:00:00Z', end: '2026-12-03T14:30:00Z' };
    expect(spanOn('2026-12-03', zone, visit)).toEqual({ start: 540, end: 570 });
    expect(spanOn('2026-12-04', zone, visit)).toBeNull();
  });

  it('cuts what runs over midnight at the day', () => {
    const absence = { start: '2026-12-03T22:00:00Z', end: '2026-12-05T05:00:00Z' };
    expect(spanOn('2026-12-03', zone, absence)).toEqual({ start: 17 * 60, end: 1440 });
    expect(spanOn('2026-12-04', zone, absence)).toEqual({ start: 0, end: 1440 });
    expect(spanOn('2026-12-05', zone, absence)).toBeNull();
  });
});
