import { queryOptions } from '@tanstack/react-query';
import { ask, client } from '@/api/http';
import type { components } from '@/api/schema';

export type VisitRoom = components['schemas']['VisitRoom'];
export type VisitLink = components['schemas']['VisitLink'];

/** The room of a visit, which has the visit's id, as the caller may see it. */
export function visitRoomQuery(roomId: string) {
  return queryOptions({
    queryKey: ['visit-rooms', roomId],
    queryFn: ({ signal }) =>
      ask(client.GET('/api/telehealth/room/{room_id}', { params: { path: { room_id: roomId } }, signal })),
  });
}

/** A link into the room for whoever is signed in. */
export function makeVisitLink(roomId: string): Promise<VisitLink> {
  const params = { path: { appointment_id: roomId } };
  return ask(client.POST('/api/telehealth/generate-url/{appointment_id}', { params }));
}
