import { DAY_MINUTES } from '@/lib/wallTime';

/** A piece of a day, in minutes of its wall clock. */
export interface Span {
  start: number;
  end: number;
}

export interface Placed<T> {
  item: T;
  /** Which of the lanes side by side it stands in, counted from 0. */
  lane: number;
  /** How many lanes there are where it stands. */
  lanes: number;
}

/** Whether two pieces share a minute. */
export function overlaps(first: Span, second: Span): boolean {
  return first.start < second.end && second.start < first.end;
}

/** Places what overlaps side by side, each in the first lane that is free; what stands alone has the whole width. */
export function inLanes<T extends Span>(items: readonly T[]): Placed<T>[] {
  const sorted = items.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const placed: Placed<T>[] = [];
  let group: Placed<T>[] = [];
  let ends: number[] = [];
  const close = () => {
    for (const one of group) one.lanes = ends.length;
    group = [];
    ends = [];
  };
  for (const item of sorted) {
    if (ends.every((end) => end <= item.start)) close();
    const free = ends.findIndex((end) => end <= item.start);
    const lane = free === -1 ? ends.length : free;
    ends[lane] = item.end;
    const one = { item, lane, lanes: 1 };
    group.push(one);
    placed.push(one);
  }
  close();
  return placed;
}

/** The hours a grid shows: whole hours around everything in it, at least from `usual.start` to `usual.end`. */
export function shownHours(items: readonly Span[], usual: Span): Span {
  const start = Math.min(usual.start, ...items.map((item) => item.start));
  const end = Math.max(usual.end, ...items.map((item) => item.end));
  return { start: Math.floor(start / 60) * 60, end: Math.min(Math.ceil(end / 60) * 60, DAY_MINUTES) };
}

/** What is left of the pieces when others are taken out. */
export function without(spans: readonly Span[], taken: readonly Span[]): Span[] {
  return taken.reduce<Span[]>(
    (left, hole) =>
      left.flatMap((span) => {
        if (!overlaps(span, hole)) return [span];
        const before = { start: span.start, end: Math.min(span.end, hole.start) };
        const after = { start: Math.max(span.start, hole.end), end: span.end };
        return [before, after].filter((piece) => piece.start < piece.end);
      }),
    [...spans],
  );
}

/** The same time in pieces that neither touch nor overlap, in order. */
export function normalised(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last && span.start <= last.end) last.end = Math.max(last.end, span.end);
    else merged.push({ start: span.start, end: span.end });
  }
  return merged;
}
