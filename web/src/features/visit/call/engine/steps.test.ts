import { describe, expect, it } from 'vitest';
import { AT_FIRST, encodingOf, nextStanding, type Sample, type Standing } from './steps';

const GOOD: Sample = { loss: 0, rtt: 40, available: 2_000_000 };
const BAD: Sample = { loss: 0.2, rtt: 40, available: 2_000_000 };
const MIDDLING: Sample = { loss: 0.04, rtt: 40, available: 2_000_000 };

function after(standing: Standing, looks: number, sample: Sample): Standing {
  let now = standing;
  for (let n = 0; n < looks; n += 1) now = nextStanding(now, sample);
  return now;
}

describe('stepping down and back', () => {
  it('bears one or two bad looks, not three', () => {
    expect(after(AT_FIRST, 2, BAD).step).toBe('video');
    expect(after(nextStanding(after(AT_FIRST, 2, BAD), GOOD), 2, BAD).step).toBe('video');
    expect(after(AT_FIRST, 3, BAD).step).toBe('low-video');
    expect(after(AT_FIRST, 6, BAD).step).toBe('audio');
    expect(after(AT_FIRST, 60, BAD).step).toBe('audio');
  });

  it('comes back a step at a time by good looks, and stays where it is by middling ones', () => {
    const down = after(AT_FIRST, 6, BAD);
    expect(after(down, 200, MIDDLING).step).toBe('audio');
    expect(after(down, 7, GOOD).step).toBe('audio');
    expect(after(down, 8, GOOD).step).toBe('low-video');
    expect(after(down, 16, GOOD).step).toBe('video');
  });

  it('waits twice as long after a step up that was too early', () => {
    const up = after(after(AT_FIRST, 3, BAD), 8, GOOD);
    expect(up.step).toBe('video');
    const again = after(up, 3, BAD);
    expect(after(again, 15, GOOD).step).toBe('low-video');
    expect(after(again, 16, GOOD).step).toBe('video');
  });

  it('does not swing on a line that bears no video', () => {
    let now = AT_FIRST;
    let changes = 0;
    for (let n = 0; n < 600; n += 1) {
      const before = now.step;
      now = nextStanding(now, now.step === 'video' ? BAD : GOOD);
      if (now.step !== before) changes += 1;
    }
    expect(changes).toBeLessThan(30); // without patience there were 109
  });

  it('steps down by what the browser believes goes through, for the step it is on', () => {
    expect(after(AT_FIRST, 3, { ...GOOD, available: 200_000 }).step).toBe('low-video');
    expect(after(AT_FIRST, 20, { ...GOOD, available: 200_000 }).step).not.toBe('audio');
    expect(after(AT_FIRST, 20, { ...GOOD, available: null }).step).toBe('video');
  });

  it('sends no picture on the last step', () => {
    expect(encodingOf('audio').active).toBe(false);
    expect(encodingOf('low-video').maxBitrate).toBeLessThan(encodingOf('video').maxBitrate);
  });
});
