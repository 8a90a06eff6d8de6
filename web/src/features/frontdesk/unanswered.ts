import type { AwayProposal } from '@/api/waitlist';

/** Nobody is asked again sooner than this; the server holds to it, too. */
const APART_MS = 3_600_000;

/** Whether the times proposed are still kept for the patient. */
export function keptStill({ kept_until }: AwayProposal, now: number): boolean {
  return kept_until !== null && Date.parse(kept_until) > now;
}

/** Whether the patient can be asked again by now. */
export function canRemind({ status, asked_at }: AwayProposal, now: number): boolean {
  return status === 'open' && (asked_at === null || now - Date.parse(asked_at) >= APART_MS);
}

/** Those who have not answered first, and of them the soonest visit; then the others. */
export function unansweredFirst(proposals: readonly AwayProposal[]): AwayProposal[] {
  const rank = ({ status }: AwayProposal) => (status === 'open' ? 0 : 1);
  return [...proposals].sort((a, b) => rank(a) - rank(b) || Date.parse(a.was) - Date.parse(b.was));
}
