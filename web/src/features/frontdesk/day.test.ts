import { describe, expect, it } from 'vitest';
import { type Appointment, type ProviderCard, STATUSES } from '@/api/types';
import { byProvider, byRoom, tally, wanted } from './day';

const visit = (id: string, provider: string, more: object = {}) =>
  ({ id, status: 'confirmed', provider: { id: provider, name: provider }, location: null, room: null, ...more }) as Appointment;
const provider = (id: string, location: string, active = true) =>
  ({ id, name: id, title: 'MD', specialties: [], locations: [{ id: location }], active }) as unknown as ProviderCard;

const providers = [provider('ada', 'north'), provider('ben', 'south'), provider('old', 'north', false)];
const visits = [
  visit('1', 'ben', { location: { id: 'south' }, room: { id: 'r2', name: 'Room 2' } }),
  visit('2', 'ada'),
  visit('3', 'gone', { status: 'completed' }),
];

describe('the front desk day', () => {
  it('counts a video visit where its provider works', () => {
    expect(wanted(visits, providers, { location: 'north' }).map(({ id }) => id)).toEqual(['2']);
    expect(wanted(visits, providers, { location: 'south' }).map(({ id }) => id)).toEqual(['1']);
    expect(wanted(visits, providers, { status: 'completed' }).map(({ id }) => id)).toEqual(['3']);
  });

  it('has a column for whoever has visits, also when they left, and for all who work there when asked', () => {
    const names = (all: boolean, location?: string) => byProvider(visits, providers, all, location).map(({ key }) => key);
    expect(names(false)).toEqual(['ada', 'ben', 'gone']);
    expect(byProvider([], providers, true).map(({ key }) => key)).toEqual(['ada', 'ben']);
    expect(byProvider([], providers, true, 'north').map(({ key }) => key)).toEqual(['ada']);
  });

  it('has a column a room, with numbers in order, and one for visits without', () => {
    const rooms = ['r10', 'r2'].map((id) => ({ id, name: `Room ${id.slice(1)}`, location_id: 'south', active: true }));
    const south = [{ id: 'south', name: 'South' }];
    const columns = byRoom(visits, rooms, south, { all: true, noRoom: 'No room' });
    expect(columns.map(({ name, visits: held }) => [name, held.length])).toEqual([['Room 2', 1], ['Room 10', 0], ['No room', 2]]);
    expect(byRoom(visits, rooms, south, { all: false, noRoom: 'No room' })).toHaveLength(2);
  });

  it('tallies statuses in the order of a visit', () => {
    expect(tally(visits, STATUSES)).toEqual([{ status: 'confirmed', count: 2 }, { status: 'completed', count: 1 }]);
  });
});
