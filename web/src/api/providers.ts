import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { ask, client } from '@/api/http';
import type { Mode, Page, Provider, ProviderCard, VisitType } from '@/api/types';

export interface ProviderFilter {
  /** Words of a name, a specialty or a profile. */
  q?: string;
  specialty?: string;
  language?: string;
  insurance?: string;
  mode?: Mode;
  location?: string;
}

export interface OfferedVisitTypes {
  items: VisitType[];
  /** What "book a visit" offers first. */
  default_visit_type_id: string | null;
}

const PAGE_SIZE = 12;

/** Providers that match, a page at a time. */
export function providersQuery(filter: ProviderFilter) {
  return infiniteQueryOptions({
    queryKey: ['providers', filter],
    queryFn: async ({ pageParam, signal }) => {
      const { specialty, language, insurance, ...rest } = filter;
      const query = {
        ...rest,
        ...(specialty ? { specialty: [specialty] } : {}),
        ...(language ? { language: [language] } : {}),
        ...(insurance ? { insurance: [insurance] } : {}),
        ...(pageParam ? { cursor: pageParam } : {}),
        limit: PAGE_SIZE,
      };
      return (await ask(client.GET('/api/providers', { params: { query }, signal }))) as Page<ProviderCard>;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** What there is to filter by. */
export function facetsQuery() {
  return queryOptions({
    queryKey: ['facets'],
    queryFn: ({ signal }) => ask(client.GET('/api/directory/facets', { signal })),
    staleTime: 10 * 60_000,
  });
}

/** One provider's profile. */
export function providerQuery(id: string) {
  return queryOptions({
    queryKey: ['provider', id],
    queryFn: async ({ signal }) => {
      const params = { path: { provider_id: id } };
      return (await ask(client.GET('/api/providers/{provider_id}', { params, signal }))) as Provider;
    },
    staleTime: 60_000,
  });
}

/** The kinds of visit a provider offers. */
export function visitTypesQuery(providerId: string) {
  return queryOptions({
    queryKey: ['provider', providerId, 'visit-types'],
    queryFn: async ({ signal }) => {
      const params = { path: { provider_id: providerId } };
      const found = await ask(client.GET('/api/providers/{provider_id}/visit-types', { params, signal }));
      return found as OfferedVisitTypes;
    },
    staleTime: 60_000,
  });
}
