import type { NewEntry } from '@/api/waitlist';

export const MOST_PROVIDERS = 20;

/** With whom somebody would have the visit. */
export type Circle = { kind: 'one' } | { kind: 'some'; ids: string[] } | { kind: 'specialty'; code: string };

/** The circle as it is told to the server; null as long as nobody is chosen. */
export function circleOf(circle: Circle, providerId: string): Pick<NewEntry, 'provider_ids' | 'specialty'> | null {
  if (circle.kind === 'specialty') return { specialty: circle.code };
  const ids = circle.kind === 'one' ? [providerId] : circle.ids;
  return ids.length > 0 ? { provider_ids: ids } : null;
}
