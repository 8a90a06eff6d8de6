import type { Phase } from '../room/state';

/** The reasons that have words of their own. */
const KNOWN = [
  'elsewhere',
  'replaced',
  'removed',
  'ended',
  'left',
  'link_not_good',
  'link_revoked',
  'room_not_open',
  'room_over',
  'visit_cancelled',
  'visit_not_agreed',
  'not_by_video',
  'signed_out',
  'consent_needed',
] as const;

export type Refusal = (typeof KNOWN)[number] | 'other';

/** Which words tell why a tab is not in the room. */
export function refusalOf(phase: Phase, code: string | null): Refusal {
  const why = phase === 'refused' ? code : phase;
  return KNOWN.find((one) => one === why) ?? 'other';
}
