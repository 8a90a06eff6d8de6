import type { Appointment, ProviderCard, Status } from '@/api/types';
import type { DeskSearch } from './search';

/** A column of the day: a provider's, a room's, or that of visits without a room. */
export interface DeskColumn {
  key: string;
  name: string;
  detail: string;
  visits: Appointment[];
}

/** The visits the front desk asked to see: of one location, of one status. */
export function wanted(visits: Appointment[], providers: ProviderCard[], { location, status }: DeskSearch): Appointment[] {
  return visits.filter(
    (visit) => (!status || visit.status === status) && (!location || isAt(visit, location, providers)),
  );
}

/** Where a visit counts: at its own location or, by video and phone, wherever its provider works. */
function isAt(visit: Appointment, location: string, providers: ProviderCard[]): boolean {
  if (visit.location) return visit.location.id === location;
  const provider = providers.find(({ id }) => id === visit.provider.id);
  return provider?.locations.some(({ id }) => id === location) ?? false;
}

/** How many visits there are of each status, in the order of a visit's life; statuses nobody has are left out. */
export function tally(visits: Appointment[], order: readonly Status[]): { status: Status; count: number }[] {
  return order
    .map((status) => ({ status, count: visits.filter((visit) => visit.status === status).length }))
    .filter(({ count }) => count > 0);
}

/** One column a provider, by name: those who have visits, or all who work at the location. */
export function byProvider(visits: Appointment[], providers: ProviderCard[], all: boolean, location?: string): DeskColumn[] {
  const known = new Set(providers.map(({ id }) => id));
  const here = providers.filter(
    ({ active, locations }) => active && (!location || locations.some(({ id }) => id === location)),
  );
  const columns = providers
    .filter((provider) => (all && here.includes(provider)) || visits.some((visit) => visit.provider.id === provider.id))
    .map((provider) => ({
      key: provider.id,
      name: provider.name,
      detail: provider.specialties[0]?.name ?? provider.title,
      visits: visits.filter((visit) => visit.provider.id === provider.id),
    }));
  const strangers = visits.filter((visit) => !known.has(visit.provider.id));
  const others = [...new Map(strangers.map((visit) => [visit.provider.id, visit.provider.name]))].map(([key, name]) => ({
    key,
    name,
    detail: '',
    visits: strangers.filter((visit) => visit.provider.id === key),
  }));
  return [...columns, ...others].sort((a, b) => a.name.localeCompare(b.name));
}

interface NamedRoom {
  id: string;
  name: string;
  location_id: string;
  active: boolean;
}

/** One column a room, and a last one for visits that need none. */
export function byRoom(
  visits: Appointment[],
  rooms: NamedRoom[],
  locations: { id: string; name: string }[],
  options: { all: boolean; location?: string | undefined; noRoom: string },
): DeskColumn[] {
  const columns = rooms
    .filter((room) => !options.location || room.location_id === options.location)
    .map((room) => ({
      key: room.id,
      name: room.name,
      detail: locations.find(({ id }) => id === room.location_id)?.name ?? '',
      visits: visits.filter((visit) => visit.room?.id === room.id),
      active: room.active,
    }))
    .filter((column) => column.visits.length > 0 || (options.all && column.active))
    .map(({ active: _, ...column }) => column)
    .sort((a, b) => a.detail.localeCompare(b.detail) || a.name.localeCompare(b.name, undefined, { numeric: true }));
  const without = visits.filter((visit) => visit.room === null);
  const rest = { key: 'none', name: options.noRoom, detail: '', visits: without };
  return without.length > 0 ? [...columns, rest] : columns;
}
