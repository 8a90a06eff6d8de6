import { describe, expect, it } from 'vitest';
import { Figures } from './figures';
import type { Look } from './quality';

function look(change: Partial<Look> = {}): Look {
  const usual = { loss: 0, rtt: 40, available: null, lossIn: 0, jitter: 2, framesDecoded: 1, audioEnergy: 1 };
  return { ...usual, relayed: false, counts: { received: 1, lost: 0 }, ...change };
}

describe('the numbers of a call', () => {
  it('are none when nobody was met', () => {
    expect(new Figures().numbers(60)).toBeNull();
  });

  it('are the middle and the worst of what was seen', () => {
    const figures = new Figures();
    for (let n = 1; n <= 20; n += 1) figures.note(look({ rtt: n * 10 }), 'video', 2);
    figures.note(look({ rtt: 900, lossIn: 0.21, relayed: true }), 'audio', 2);
    figures.stepsDown = 2;
    expect(figures.numbers(42.4)).toEqual({
      seconds: 42,
      rtt_ms: 110,
      rtt_p95_ms: 200,
      loss_percent: 1,
      jitter_ms: 2,
      steps_down: 2,
      reconnects: 0,
      audio_only_seconds: 2,
      relayed: true,
    });
  });
});
