import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dateOf } from '@/lib/time';
import { instantOf } from '@/lib/wallTime';
import { type FakeServer, makeFakeServer } from '@/testing/fake';
import { doctor, patient } from '@/testing/fake/cast';
import { ok } from '@/testing/fake/router';
import { renderApp } from '@/testing/renderApp';
import { FakeSocket } from '@/testing/socket';

const OKAFOR = 'provider-okafor';
const ZONE = 'America/New_York';
const today = dateOf(new Date(), ZONE);
const at = (hour: number) => instantOf(today, hour * 60, ZONE);
let server: FakeServer;

beforeEach(() => {
  server = makeFakeServer();
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('the agenda', () => {
  it('is for providers', async () => {
    const { router } = await renderApp('/schedule', { as: patient, server });
    await waitFor(() => expect(router.state.location.pathname).toBe('/'));
  });

  it('shows the visits of the day and follows what others book', async () => {
    server.clinic.add({ providerId: OKAFOR }, { start: at(10) });
    await renderApp('/schedule', { as: doctor, server });
    const day = await screen.findByRole('region', { name: /1 visit$/u });
    expect(within(day).getByRole('button', { name: /Ana Whitfield/u })).toBeVisible();
    server.clinic.add({ providerId: OKAFOR }, { start: at(14), patient: { id: 'patient-2', name: 'Bo Lind' } });
    FakeSocket.announce(`agenda:${OKAFOR}`);
    expect(await screen.findByRole('button', { name: /Bo Lind/u })).toBeVisible();
    expect(screen.getByText('2 visits')).toBeVisible();
  });

  it('shows who comes late, as soon as they say so', async () => {
    const visit = server.clinic.add({ providerId: OKAFOR }, { start: at(10) });
    await renderApp('/schedule', { as: doctor, server });
    const day = await screen.findByRole('region', { name: /1 visit$/u });
    const block = within(day).getByRole('button', { name: /Ana Whitfield/u });
    expect(block).not.toHaveAccessibleName(/late/u);
    visit.patient_late = { minutes: 15, said_at: at(9) };
    FakeSocket.announce(`agenda:${OKAFOR}`);
    await waitFor(() => expect(block).toHaveAccessibleName(/Ana Whitfield.*15 minutes late, said at 9:00\sAM/u));
  });

  it('shows who is in the waiting room by their tab, whatever the status says, and tells of them', async () => {
    const rung: string[] = [];
    const notify = Object.assign(
      vi.fn(function (title: string) {
        rung.push(title);
      }),
      { permission: 'granted' },
    );
    vi.stubGlobal('Notification', notify);
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    const visit = server.clinic.add({ providerId: OKAFOR }, { start: at(11), mode: 'telehealth', status: 'checked-in' });
    const [since, start] = [at(10), visit.start];
    const { clinic, provider, patient: whose } = visit;
    const ana = { room_id: visit.id, participant: 'person:ana', role: 'patient', name: whose.name, patient: whose, since, start };
    let items: object[] = [];
    server.router.on('GET telehealth/waiting', () => ok({ items }));
    await renderApp('/schedule', { as: doctor, server });
    const day = await screen.findByRole('region', { name: /1 visit$/u });
    const block = within(day).getByRole('button', { name: /Ana Whitfield/u });
    expect(block).toHaveAccessibleName(/checked in/iu);
    expect(screen.queryByText('Waiting in a video room')).toBeNull();

    items = [
      { ...ana, clinic, provider },
      { ...ana, clinic, provider: { id: 'provider-other', name: 'Dr Else' }, room_id: 'elsewhere', name: 'Bo Lind' },
    ];
    FakeSocket.announce(`agenda:${OKAFOR}`);
    expect(await screen.findByText('Waiting in a video room')).toBeVisible();
    expect(screen.getByText(/^since 10:00\sAM · visit at 11:00/u)).toBeVisible();
    expect(block).toHaveAccessibleName(/In the waiting room since 10:00/u);
    expect(screen.queryByText('Bo Lind')).toBeNull();
    expect(rung).toEqual(['Somebody waits for a video visit']);
    expect(document.title).toBe('(1) Somebody waits');

    items = [];
    FakeSocket.announce(`agenda:${OKAFOR}`);
    await waitFor(() => expect(screen.queryByText('Waiting in a video room')).toBeNull());
    expect(block).not.toHaveAccessibleName(/waiting room/u);
    expect(document.title).not.toContain('waits');
  });

  it('opens a visit, checks the patient in, and asks before cancelling', async () => {
    const visit = server.clinic.add({ providerId: OKAFOR }, { start: at(10), reason: 'Sore knee' });
    const { user } = await renderApp('/schedule', { as: doctor, server });
    await user.click(await screen.findByRole('button', { name: /Ana Whitfield.*scheduled/iu }));
    const drawer = await screen.findByRole('dialog', { name: 'Visit' });
    expect(await within(drawer).findByText('Sore knee')).toBeVisible();
    await user.click(within(drawer).getByRole('button', { name: 'Check in' }));
    expect(await within(drawer).findByRole('button', { name: 'Start visit' })).toBeVisible();
    expect(visit.status).toBe('checked-in');

    await user.click(within(drawer).getByRole('button', { name: 'Cancel visit' }));
    const ask = await screen.findByRole('dialog', { name: 'Cancel this visit?' });
    await user.click(within(ask).getByRole('button', { name: 'Keep it' }));
    expect(visit.status).toBe('checked-in');
  });

  it('answers requests', async () => {
    const visit = server.clinic.add({ providerId: OKAFOR, typeId: 'type-assess' }, { start: at(23), mode: 'in-person' });
    const { user } = await renderApp('/schedule', { as: doctor, server });
    await user.click(await screen.findByRole('link', { name: 'See requests' }));
    await user.click(await screen.findByRole('button', { name: 'Approve' }));
    expect(await screen.findByText('No requests waiting')).toBeVisible();
    expect(visit.status).toBe('scheduled');
  });

  it('says when a day has no visits', async () => {
    await renderApp('/schedule', { as: doctor, server });
    expect(await screen.findByRole('heading', { name: /A quiet day so far|Not a working day/u })).toBeVisible();
  });
});
