import { ask, client, done } from '@/api/http';
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

/** What the call was like for this tab, in numbers; sent while the page goes, too. */
export function tellQuality(roomId: string, body: components['schemas']['CallQuality'], token?: string): Promise<void> {
  const params = paramsOf(roomId, token);
  return done(client.POST('/api/telehealth/rooms/{room_id}/quality', { params, body, keepalive: true }));
}

/** Guests, who are not signed in, show the token of their link. */
function paramsOf(roomId: string, token: string | undefined) {
  return { path: { room_id: roomId }, header: token === undefined ? {} : { 'Room-Token': token } };
}
