import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { ask, client } from '@/api/http';
import type { components } from '@/api/schema';

export type DeadLetter = components['schemas']['DeadLetter'];

export const DEAD_LETTERS_KEY = ['dead-letters'];

/** Events that a consumer could not take, the newest first. */
export function deadLettersQuery() {
  return infiniteQueryOptions({
    queryKey: DEAD_LETTERS_KEY,
    queryFn: ({ signal, pageParam }) =>
      ask(client.GET('/api/dead-letters', { signal, params: { query: pageParam ? { after: pageParam } : {} } })),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** The message as it came; that it was read is in the audit. */
export function deadLetterBodyQuery(id: string) {
  const params = { path: { dead_letter_id: id } };
  return queryOptions({
    queryKey: ['dead-letter-body', id],
    queryFn: async ({ signal }) => (await ask(client.GET('/api/dead-letters/{dead_letter_id}/body', { signal, params }))).body,
    staleTime: Infinity,
  });
}

/** Sends it to its consumer again. */
export function replayDeadLetter(id: string): Promise<DeadLetter> {
  return ask(client.POST('/api/dead-letters/{dead_letter_id}/replay', { params: { path: { dead_letter_id: id } } }));
}

/** Closes it without sending it again. */
export function dismissDeadLetter(id: string): Promise<DeadLetter> {
  return ask(client.POST('/api/dead-letters/{dead_letter_id}/dismiss', { params: { path: { dead_letter_id: id } } }));
}
