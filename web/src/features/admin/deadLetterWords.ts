const KNOWN = [
  'not_json',
  'not_an_event',
  'too_large',
  'unknown_version',
  'unknown_type',
  'not_taken',
  'handler_failed',
] as const;
export type ReasonKey = (typeof KNOWN)[number] | 'other';

/** The key of a reason's words; a code that is newer than the catalogue, or the broker's own, is told as it is. */
export function reasonKey(code: string): ReasonKey {
  return KNOWN.find((known) => known === code) ?? 'other';
}
