import { queryOptions } from '@tanstack/react-query';
import { ApiError, hasCode } from '@/api/errors';
import { ask, client } from '@/api/http';
import type { components } from '@/api/schema';

export type VisitWayIn = components['schemas']['VisitWayIn'];

const AGAIN_MS = 4_000;
const MOST_TRIES = 30;

/** How somebody comes in now. Guests are known by the token of their link. */
export function wayIn(roomId: string, token: string | null, signal?: AbortSignal): Promise<VisitWayIn> {
  const header = token === null ? {} : { 'Room-Token': token };
  const params = { path: { room_id: roomId }, header };
  return ask(client.POST('/api/telehealth/rooms/{room_id}/way-in', { params, ...(signal && { signal }) }));
}

/** How somebody comes in, once they have been let in. A room that is being made is asked for again. */
export function wayInQuery(roomId: string, token: string | null) {
  return queryOptions({
    queryKey: ['visit-rooms', roomId, 'way-in'],
    queryFn: ({ signal }) => wayIn(roomId, token, signal),
    retry: (tries, error) => tries < MOST_TRIES && !(error instanceof ApiError && error.status < 500 && !hasCode(error, 'room_not_ready', 'not_let_in')),
    retryDelay: AGAIN_MS,
    // Asked for once an entry: what was told stays good while the visit lasts.
    staleTime: Infinity,
    gcTime: 0,
  });
}
