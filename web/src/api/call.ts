import { ask, client } from '@/api/http';
import type { components } from '@/api/schema';

export type RoomKeys = components['schemas']['RoomKeys'];
export type WaysThrough = components['schemas']['WaysThrough'];

/** The room's revision, and the public keys that speak for those who are in it; for who is in it, too. */
export function roomKeys(roomId: string, token?: string): Promise<RoomKeys> {
  return ask(client.GET('/api/telehealth/rooms/{room_id}/keys', { params: paramsOf(roomId, token) }));
}

/** How browsers may find each other, with a password for the relays that runs out. */
export function waysThrough(roomId: string, token?: string): Promise<WaysThrough> {
  return ask(client.GET('/api/telehealth/rooms/{room_id}/ice', { params: paramsOf(roomId, token) }));
}

/** Guests, who are not signed in, show the token of their link. */
function paramsOf(roomId: string, token: string | undefined) {
  return { path: { room_id: roomId }, header: token === undefined ? {} : { 'Room-Token': token } };
}
