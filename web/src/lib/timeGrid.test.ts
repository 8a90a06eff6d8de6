import { describe, expect, it } from 'vitest';
import { inLanes, shownHours, without } from './timeGrid';

const span = (start: number, end: number) => ({ start, end });

describe('inLanes', () => {
  it('gives what stands alone the whole width', () => {
    expect(inLanes([span(60, 90), span(90, 120)])).toEqual([
      { item: span(60, 90), lane: 0, lanes: 1 },
      { item: span(90, 120), lane: 0, lanes: 1 },
    ]);
  });

  it('puts what overlaps side by side and uses a lane again as soon as it is free', () => {
    const placed = inLanes([span(0, 60), span(30, 90), span(60, 120), span(200, 230)]);
    expect(placed.map(({ lane, lanes }) => [lane, lanes])).toEqual([
      [0, 2],
      [1, 2],
      [0, 2],
      [0, 1],
    ]);
  });

  it('never puts two that overlap in one lane', () => {
    const items = Array.from({ length: 40 }, (_, index) =>
      span((index * 37) % 300, ((index * 37) % 300) + 20 + (index % 5) * 15),
    );
    const placed = inLanes(items);
    for (const [index, one] of placed.entries()) {
      expect(one.lane).toBeLessThan(one.lanes);
      for (const other of placed.slice(index + 1)) {
        if (one.item.start < other.item.end && other.item.start < one.item.end) {
          expect(one.lane).not.toBe(other.lane);
          expect(one.lanes).toBe(other.lanes);
        }
      }
    }
  });
});

describe('shownHours', () => {
  it('shows the usual hours, and as much more as is needed in whole hours', () => {
    expect(shownHours([], span(480, 1080))).toEqual(span(480, 1080));
    expect(shownHours([span(445, 500), span(1070, 1150)], span(480, 1080))).toEqual(span(420, 1200));
    expect(shownHours([span(1400, 1500)], span(480, 1080))).toEqual(span(480, 1440));
  });
});

describe('without', () => {
  it('cuts holes out of pieces', () => {
    expect(without([span(540, 1020)], [span(720, 780)])).toEqual([span(540, 720), span(780, 1020)]);
    expect(without([span(540, 600)], [span(500, 700)])).toEqual([]);
    expect(without([span(540, 600)], [span(600, 700)])).toEqual([span(540, 600)]);
  });
});
