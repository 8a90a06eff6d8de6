import { describe, expect, it } from 'vitest';
import { nextSpeaking, NOBODY, type Speaking } from './speaker';

function heard(now: Speaking, levels: Record<string, number>, at: number): Speaking {
  return nextSpeaking(now, new Map(Object.entries(levels)), at);
}

describe('who is shown large', () => {
  it('is the first who speaks, at once', () => {
    expect(heard(NOBODY, { ana: 0, ben: 0.01 }, 0).peer).toBeNull();
    expect(heard(NOBODY, { ana: 0, ben: 0.3 }, 0).peer).toBe('ben');
  });

  it('is somebody else only after they were the loudest for a moment', () => {
    const ben = heard(NOBODY, { ana: 0, ben: 0.3 }, 0);
    const cough = heard(ben, { ana: 0.6, ben: 0.1 }, 300);
    expect(cough.peer).toBe('ben');
    expect(heard(cough, { ana: 0, ben: 0.2 }, 600).peer).toBe('ben');
    const on = heard(heard(ben, { ana: 0.6, ben: 0.1 }, 300), { ana: 0.6, ben: 0.1 }, 1100);
    expect(on.peer).toBe('ana');
  });

  it('stays through silence, and ends when they leave', () => {
    const ben = heard(NOBODY, { ana: 0, ben: 0.3 }, 0);
    expect(heard(ben, { ana: 0, ben: 0 }, 60_000).peer).toBe('ben');
    expect(heard(ben, { ana: 0 }, 60_000).peer).toBeNull();
  });
});
