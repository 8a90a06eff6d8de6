import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Changes, Entry, NewEntry } from '@/api/waitlist';
import { type FakeServer, makeFakeServer } from '@/testing/fake';
import { patient } from '@/testing/fake/cast';
import { ok } from '@/testing/fake/router';
import { renderApp } from '@/testing/renderApp';

let server: FakeServer;
let entry: Entry;
let changed: Changes[];

beforeEach(() => {
  server = makeFakeServer();
  changed = [];
  entry = {
    id: 'entry-1',
    patient: { id: patient.patient_id ?? '', name: 'Ana Whitfield' },
    clinic: { id: 'clinic-1', name: 'Riverside' },
    visit_type: { id: 'type-1', name: 'Consultation' },
    providers: [{ id: 'provider-1', name: 'Ada Moreno' }],
    specialty: null,
    appointment_id: null,
    appointment_start: null,
    modes: ['in-person'],
    possible_modes: ['in-person', 'telehealth'],
    days: [],
    times: [],
    time_zone: 'America/New_York',
    near: null,
    until: '2099-06-01T04:00:00Z',
    status: 'waiting',
    place: 'next',
    joined_at: '2027-03-01T13:00:00Z',
    urgency: null,
    offers: null,
    offer: null,
  };
  server.router.override('GET waitlist', () => ok({ items: [entry] }));
  server.router.override('GET me/away-proposals', () => ok({ items: [] }));
  server.router.override('PATCH waitlist/:id', ({ body }) => {
    changed.push(body);
    return ok((entry = { ...entry, ...(body as Partial<Entry>) }));
  });
});

describe('the waitlist of a patient', () => {
  it('changes what is waited for, and tells only that; without places on the map no distance is asked', async () => {
    server.router.override('GET locations', () => ok({ items: [], next_cursor: null }));
    const { user } = await renderApp('/waitlist', { as: patient, server });
    await user.click(await screen.findByRole('button', { name: /^Change: Consultation with Ada Moreno/u }));
    const form = await screen.findByRole('dialog', { name: 'Change what you wait for' });
    expect(within(form).getByText(/has not put its places on the map/u)).toBeVisible();
    await user.click(within(form).getByRole('radio', { name: /^Evenings/u }));
    await user.click(within(form).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(changed).toHaveLength(1));
    expect(Object.keys(changed[0] ?? {}).sort()).toEqual(['time_zone', 'times']);
    expect(await screen.findByText(/17:00–24:00/u)).toBeVisible();
  });
});

describe('joining the waitlist', () => {
  it('is for anybody of a specialty, too', async () => {
    const joined: NewEntry[] = [];
    server.router.override('POST waitlist', ({ body }) => {
      joined.push(body);
      return ok(entry);
    });
    server.router.override('GET locations', () => ok({ items: [], next_cursor: null }));
    const { user } = await renderApp('/providers/provider-okafor', { as: patient, server });
    await user.click(await screen.findByRole('button', { name: 'Join the waitlist' }));
    const form = await screen.findByRole('dialog', { name: 'Wait for a time' });
    await user.click(await within(form).findByRole('radio', { name: /^Anybody at the clinic/u }));
    await user.click(within(form).getByRole('button', { name: 'Join the waitlist' }));
    await waitFor(() => expect(joined).toHaveLength(1));
    expect(joined[0]?.specialty).toBeTruthy();
    expect(joined[0]?.provider_ids).toBeUndefined();
  });
});
