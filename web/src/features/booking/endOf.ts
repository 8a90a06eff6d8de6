import type { VisitType } from '@/api/types';
import type { ChosenSlot } from './search';

/** When the visit ends. */
export function endOf(slot: ChosenSlot, { duration_minutes }: VisitType): string {
  return new Date(Date.parse(slot.start) + duration_minutes * 60_000).toISOString();
}
