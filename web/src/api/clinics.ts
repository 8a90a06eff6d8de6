import { queryOptions } from '@tanstack/react-query';
import { ask, client } from '@/api/http';
import { allPages } from '@/api/pages';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];

export type Clinic = Schemas['Clinic'];
export type Location = Schemas['Location'];
export type Room = Schemas['Room'];
export type Device = Schemas['Device'];

/** Everything people edit in forms carries its version, sent back as If-Match. */
export interface Versioned {
  id: string;
  version: number;
}

const STALE_MS = 60_000;
const PAGE_SIZE = 200;

/** All clinics; for naming those a person works for. */
export function clinicsQuery() {
  return queryOptions({
    queryKey: ['clinics'],
    queryFn: ({ signal }) =>
      allPages((cursor) => ask(client.GET('/api/clinics', { params: { query: { ...cursor, limit: PAGE_SIZE } }, signal }))),
    staleTime: STALE_MS,
  });
}

/** One clinic. */
export function clinicQuery(id: string) {
  return queryOptions({
    queryKey: ['clinic', id, 'settings'],
    queryFn: ({ signal }) => ask(client.GET('/api/clinics/{clinic_id}', { params: { path: { clinic_id: id } }, signal })),
  });
}

/** Changes a clinic; refused (412) when somebody else changed it since. */
export function changeClinic(clinic: Versioned, body: Schemas['ClinicChanges']): Promise<Clinic> {
  const params = { path: { clinic_id: clinic.id }, header: ifMatch(clinic) };
  return ask(client.PATCH('/api/clinics/{clinic_id}', { params, body }));
}

/** A clinic's locations, with those switched off where the caller works for it. */
export function locationsQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'locations'],
    queryFn: ({ signal }) =>
      allPages((cursor) => {
        const query = { clinic: clinicId, include_inactive: true, ...cursor, limit: PAGE_SIZE };
        return ask(client.GET('/api/locations', { params: { query }, signal }));
      }),
    staleTime: STALE_MS,
  });
}

/** Adds a location. */
export function addLocation(body: Schemas['NewLocation']): Promise<Location> {
  return ask(client.POST('/api/locations', { body }));
}

/** Changes a location, or switches it off or on. */
export function changeLocation(location: Versioned, body: Schemas['LocationChanges']): Promise<Location> {
  const params = { path: { location_id: location.id }, header: ifMatch(location) };
  return ask(client.PATCH('/api/locations/{location_id}', { params, body }));
}

/** A clinic's rooms, with those switched off. */
export function roomsQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'rooms'],
    queryFn: async ({ signal }) => {
      const rooms = await allPages((cursor) => {
        const query = { include_inactive: true, ...cursor, limit: PAGE_SIZE };
        return ask(client.GET('/api/rooms', { params: { query }, signal }));
      });
      return rooms.filter((room) => room.clinic_id === clinicId);
    },
    staleTime: STALE_MS,
  });
}

/** Adds a room to a location. */
export function addRoom(body: Schemas['NewRoom']): Promise<Room> {
  return ask(client.POST('/api/rooms', { body }));
}

/** Changes a room, or switches it off or on. */
export function changeRoom(room: Versioned, body: Schemas['RoomChanges']): Promise<Room> {
  const params = { path: { room_id: room.id }, header: ifMatch(room) };
  return ask(client.PATCH('/api/rooms/{room_id}', { params, body }));
}

/** A clinic's devices, with those switched off. */
export function devicesQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'devices'],
    queryFn: async ({ signal }) => {
      const devices = await allPages((cursor) => {
        const query = { include_inactive: true, ...cursor, limit: PAGE_SIZE };
        return ask(client.GET('/api/devices', { params: { query }, signal }));
      });
      return devices.filter((device) => device.clinic_id === clinicId);
    },
    staleTime: STALE_MS,
  });
}

/** Adds a device to a location. */
export function addDevice(body: Schemas['NewDevice']): Promise<Device> {
  return ask(client.POST('/api/devices', { body }));
}

/** Changes a device, or switches it off or on. */
export function changeDevice(device: Versioned, body: Schemas['DeviceChanges']): Promise<Device> {
  const params = { path: { device_id: device.id }, header: ifMatch(device) };
  return ask(client.PATCH('/api/devices/{device_id}', { params, body }));
}

/** The header that refuses the change (412) when somebody else made one since the thing was read. */
export function ifMatch(thing: Versioned): { 'If-Match': string } {
  return { 'If-Match': `"${thing.version}"` };
}

export type ClinicPolicy = Schemas['ClinicPolicy'];

/** What a clinic demands of those who work there. */
export function policyQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'policy'],
    queryFn: ({ signal }) =>
      ask(client.GET('/api/clinics/{clinic_id}/policy', { params: { path: { clinic_id: clinicId } }, signal })),
  });
}

/** Changes a clinic's policies; what is left out stays. */
export function changePolicy(policy: ClinicPolicy, body: Schemas['ClinicPolicyChanges']): Promise<ClinicPolicy> {
  const params = { path: { clinic_id: policy.clinic_id }, header: { 'If-Match': `"${policy.version}"` } };
  return ask(client.PUT('/api/clinics/{clinic_id}/policy', { params, body }));
}
