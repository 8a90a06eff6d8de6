import { describe, expect, it } from 'vitest';
import type { Move } from '@/api/types';
import { isAsked, offered } from './moves';

const order = (...moves: Move[]) => offered({ moves });

describe('offered', () => {
  it('checks a patient in before the visit starts, and completes one that runs', () => {
    expect(order('cancel', 'check-in', 'complete', 'no-show', 'reschedule', 'start')).toEqual([
      'check-in',
      'start',
      'complete',
      'reschedule',
      'no-show',
      'cancel',
    ]);
    expect(order('complete')).toEqual(['complete']);
  });

  it('answers a request first, and offers nothing the server does not', () => {
    expect(order('decline', 'approve', 'cancel')).toEqual(['approve', 'decline', 'cancel']);
    expect(order()).toEqual([]);
  });
});

describe('isAsked', () => {
  it('asks before whatever ends a visit', () => {
    expect((['cancel', 'decline', 'no-show'] as const).every(isAsked)).toBe(true);
    expect((['approve', 'confirm', 'check-in', 'start', 'complete', 'reschedule'] as const).some(isAsked)).toBe(false);
  });
});
