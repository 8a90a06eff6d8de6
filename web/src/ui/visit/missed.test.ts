import { describe, expect, it } from 'vitest';
import type { Appointment } from '@/api/types';
import { isMissed } from './missed';

const START = '2026-03-02T09:00:00Z';
const MINUTE = 60_000;
const visit = (change: Partial<Appointment> = {}) =>
  ({ mode: 'telehealth', status: 'confirmed', moves: ['no-show'], start: START, ...change }) as Appointment;
const at = (minutes: number) => Date.parse(START) + minutes * MINUTE;

describe('a visit whose patient did not come', () => {
  it('is proposed to be noted after the minutes of the clinic, and not before', () => {
    expect(isMissed(visit(), 10, at(9.9))).toBe(false);
    expect(isMissed(visit(), 10, at(10))).toBe(true);
    expect(isMissed(visit(), 25, at(10))).toBe(false);
  });

  it('is none when the patient has been in the waiting room, it is at the clinic, or one may not note it', () => {
    for (const change of [
      { status: 'checked-in' },
      { status: 'completed' },
      { mode: 'in-person' },
      { moves: [] },
    ] as Partial<Appointment>[]) {
      expect(isMissed(visit(change), 10, at(60))).toBe(false);
    }
  });
});
