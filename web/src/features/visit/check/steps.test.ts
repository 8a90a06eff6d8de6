import { describe, expect, it } from 'vitest';
import {
  canSkip,
  type CheckEvent,
  type CheckState,
  FAULTS,
  isOver,
  next,
  results,
  type Step,
  STEPS,
  UNTRIED,
} from './steps';

const play = (events: CheckEvent[], from: CheckState = UNTRIED) => events.reduce(next, from);
const passed = (step: Step, run = 1): CheckEvent => ({ type: 'passed', step, run });
const begun = play([{ type: 'begin' }]);

describe('the check before a call', () => {
  it('goes from step to step and ends when all have passed', () => {
    expect(begun.at).toBe('browser');
    const through = play(STEPS.map((step) => passed(step)), begun);
    expect(through.at).toBeNull();
    expect(isOver(through)).toBe(true);
    expect(new Set(Object.values(results(through)))).toEqual(new Set(['passed']));
  });

  it('stays at a step that failed until it is tried again or skipped', () => {
    const at = play([passed('browser'), passed('secure'), { type: 'failed', step: 'camera', run: 1, fault: 'denied' }], begun);
    expect([at.at, at.steps.camera.outcome, at.steps.camera.fault]).toEqual(['camera', 'failed', 'denied']);
    expect(results(at)).toEqual({ browser: 'passed', secure: 'passed', camera: 'failed' });
    const again = next(at, { type: 'retry', step: 'camera' });
    expect(again.steps.camera).toEqual({ outcome: 'running', fault: null, run: 2 });
    expect(next(at, { type: 'skip', step: 'camera' }).at).toBe('microphone');
  });

  it('listens to no result of an earlier run', () => {
    const camera = play([passed('browser'), passed('secure')], begun);
    const again = play([{ type: 'failed', step: 'camera', run: 1, fault: 'in-use' }, { type: 'retry', step: 'camera' }], camera);
    expect(next(again, passed('camera', 1))).toBe(again);
    expect(next(again, passed('camera', 2)).at).toBe('microphone');
  });

  it('lets nobody skip what a call cannot do without', () => {
    const old = next(begun, { type: 'failed', step: 'browser', run: 1, fault: 'old-browser' });
    expect(next(old, { type: 'skip', step: 'browser' })).toBe(old);
    expect(STEPS.filter((step) => !canSkip(step))).toEqual(['browser', 'secure']);
  });

  it('comes back to where it was left after a step was tried again out of turn', () => {
    const speaker = play([passed('browser'), passed('secure'), passed('camera'), passed('microphone')], begun);
    const asking = next(speaker, { type: 'ask', step: 'speaker', run: 1 });
    expect(next(asking, { type: 'retry', step: 'camera' })).toBe(asking);
    const muted = next(asking, { type: 'failed', step: 'speaker', run: 1, fault: 'not-heard' });
    const camera = next(muted, { type: 'retry', step: 'camera' });
    expect([camera.at, camera.steps.camera.outcome]).toEqual(['camera', 'running']);
    const back = next(camera, passed('camera', 2));
    expect([back.at, back.steps.speaker.outcome]).toEqual(['speaker', 'failed']);
    expect(next(back, { type: 'skip', step: 'speaker' }).at).toBe('network');
  });

  it('holds whatever happens in whatever order', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const dice = diceOf(seed);
      let state = begun;
      for (let move = 0; move < 60; move += 1) {
        const event = any(dice, state);
        const after = next(state, event);
        const busy = STEPS.filter((step) => ['running', 'asking'].includes(after.steps[step].outcome));
        // One step at a time, and it is the one in hand; a failed one says why; nothing is passed but by its own run.
        expect(busy.every((step) => step === after.at)).toBe(true);
        expect(after.at === null).toBe(isOver(after));
        for (const step of STEPS) {
          const { outcome, fault, run } = after.steps[step];
          expect(outcome === 'failed').toBe(fault !== null && outcome !== 'skipped');
          expect(run).toBeGreaterThanOrEqual(state.steps[step].run);
          if (outcome === 'skipped') expect(canSkip(step)).toBe(true);
          if (outcome === 'passed' && state.steps[step].outcome !== 'passed') {
            expect(event).toMatchObject({ type: 'passed', step, run: state.steps[step].run });
          }
        }
        state = after;
      }
    }
  });
});

/** The same numbers between 0 and 1 for the same seed (mulberry32). */
function diceOf(seed: number): () => number {
  let at = seed;
  return () => {
    at = (at + 0x6d2b79f5) | 0;
    let mixed = Math.imul(at ^ (at >>> 15), 1 | at);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function any(dice: () => number, state: CheckState): CheckEvent {
  const pick = <T>(from: readonly T[]) => from[Math.floor(dice() * from.length)] as T;
  const step = dice() < 0.6 && state.at ? state.at : pick(STEPS);
  const run = dice() < 0.8 ? state.steps[step].run : Math.floor(dice() * 4);
  return pick<CheckEvent>([
    { type: 'begin' },
    { type: 'passed', step, run },
    { type: 'failed', step, run, fault: pick(FAULTS[step]) },
    { type: 'ask', step, run },
    { type: 'retry', step },
    { type: 'skip', step },
  ]);
}
