import { queryOptions } from '@tanstack/react-query';
import { ask, client } from '@/api/http';
import { allPages } from '@/api/pages';
import type { Appointment, Page, Status } from '@/api/types';
import type { Instant } from '@/lib/time';

/** Whose visits: a provider's or a clinic's. */
export type Whose = { provider_id: string } | { clinic_id: string };

/** Under what a person's lists of visits are kept; one live topic makes all of them fetch again. */
export function whoseKey(whose: Whose): [kind: 'agenda' | 'clinic', id: string] {
  return 'provider_id' in whose ? ['agenda', whose.provider_id] : ['clinic', whose.clinic_id];
}

/** All visits that touch the time between two instants. */
export function dayVisitsQuery(whose: Whose, from: Instant, to: Instant) {
  return queryOptions({
    queryKey: [...whoseKey(whose), 'visits', { from, to }],
    queryFn: ({ signal }) => listed({ ...whose, from, to }, signal),
  });
}

/** Visits from today on that await approval. */
export function requestsQuery(whose: Whose, today: Instant) {
  const status: Status = 'requested';
  return queryOptions({
    queryKey: [...whoseKey(whose), 'requests', { today }],
    queryFn: ({ signal }) => listed({ ...whose, status, from: today }, signal),
  });
}

const PAGE_SIZE = 200;

function listed(filter: Whose & { from: Instant; to?: Instant; status?: Status }, signal: AbortSignal) {
  return allPages(async (cursor) => {
    const query = { ...filter, ...cursor, limit: PAGE_SIZE };
    return (await ask(client.GET('/api/appointments', { params: { query }, signal }))) as Page<Appointment>;
  });
}
