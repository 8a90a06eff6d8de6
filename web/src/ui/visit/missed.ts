import type { Appointment, Status } from '@/api/types';

/** Before somebody enters a waiting room, which checks them in. */
const NOT_COME: readonly Status[] = ['scheduled', 'confirmed', 'rescheduled'];

/** Whether a visit by video should have begun so many minutes ago, and its patient has not been in the waiting room. */
export function isMissed(visit: Appointment, minutes: number, now: number): boolean {
  return (
    visit.mode === 'telehealth' &&
    NOT_COME.includes(visit.status) &&
    visit.moves.includes('no-show') &&
    now >= Date.parse(visit.start) + minutes * 60_000
  );
}
