import { queryOptions } from '@tanstack/react-query';
import { type Whose, whoseKey } from '@/api/agenda';
import { ask, client, done } from '@/api/http';
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

export type WaitingPerson = components['schemas']['WaitingPerson'];

/** Who waits now in the video rooms of a provider or a clinic, who came first first. */
export function waitingQuery(whose: Whose) {
  return queryOptions({
    queryKey: [...whoseKey(whose), 'waiting'],
    queryFn: async ({ signal }) => {
      const { items } = await ask(client.GET('/api/telehealth/waiting', { signal }));
      return items.filter(({ provider, clinic }) =>
        'provider_id' in whose ? provider.id === whose.provider_id : clinic.id === whose.clinic_id,
      );
    },
    // Hints of the live channel can be lost.
    refetchInterval: 60_000,
  });
}

export type Guest = components['schemas']['Guest'];
export type GuestRole = Guest['role'];
export type GuestRoom = components['schemas']['GuestRoom'];

/** Who is asked for and invited. */
export function guestsQuery(roomId: string) {
  return queryOptions({
    queryKey: ['visit-rooms', roomId, 'guests'],
    queryFn: async ({ signal }) => {
      const path = '/api/telehealth/rooms/{room_id}/guests';
      return (await ask(client.GET(path, { params: { path: { room_id: roomId } }, signal }))).items;
    },
  });
}

/** Invites a guest with the public part of the key in their link, or asks for one, without. */
export function inviteGuest(roomId: string, name: string, role: GuestRole, publicKey: string | null): Promise<Guest> {
  const params = { path: { room_id: roomId } };
  const body = { name, role, public_key: publicKey };
  return ask(client.POST('/api/telehealth/rooms/{room_id}/guests', { params, body }));
}

/** Invites whom the patient asked for. */
export function approveGuest(guestId: string, publicKey: string): Promise<Guest> {
  const params = { path: { guest_id: guestId } };
  return ask(client.POST('/api/telehealth/guests/{guest_id}/invite', { params, body: { public_key: publicKey } }));
}

export function withdrawGuest(guestId: string): Promise<void> {
  return done(client.DELETE('/api/telehealth/guests/{guest_id}', { params: { path: { guest_id: guestId } } }));
}

/** The visit that a guest's link leads to. */
export function guestRoomQuery(token: string) {
  return queryOptions({
    queryKey: ['guest-room', token],
    queryFn: ({ signal }) => ask(client.POST('/api/telehealth/guest', { body: { token }, signal })),
    retry: false,
  });
}

/** Notes that a visit by video is held by telephone after all, or takes that back. */
export function noteByPhone(roomId: string, byPhone: boolean): Promise<void> {
  const params = { path: { room_id: roomId } };
  return done(client.PUT('/api/telehealth/rooms/{room_id}/by-phone', { params, body: { by_phone: byPhone } }));
}

export type VisitRules = components['schemas']['VisitRules'];

/** How a clinic holds its visits by video. */
export function visitRulesQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'visit-rules'],
    queryFn: ({ signal }) =>
      ask(client.GET('/api/clinics/{clinic_id}/visit-rules', { params: { path: { clinic_id: clinicId } }, signal })),
  });
}

export function setVisitRules(clinicId: string, body: VisitRules): Promise<VisitRules> {
  return ask(client.PUT('/api/clinics/{clinic_id}/visit-rules', { params: { path: { clinic_id: clinicId } }, body }));
}

/** Says that one's side of the visit will be so many minutes late. */
export function tellLate(roomId: string, minutes: number): Promise<void> {
  const params = { path: { room_id: roomId } };
  return done(client.POST('/api/telehealth/rooms/{room_id}/late', { params, body: { minutes } }));
}
