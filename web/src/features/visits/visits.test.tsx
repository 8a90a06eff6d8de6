import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeFakeServer, type FakeServer } from '@/testing/fake';
import { patient } from '@/testing/fake/cast';
import { renderApp } from '@/testing/renderApp';
import { FakeSocket } from '@/testing/socket';

const OKAFOR = 'provider-okafor';
const HOUR = 3_600_000;
let server: FakeServer;

const inHours = (hours: number) => new Date(Date.now() + hours * HOUR).toISOString();

beforeEach(() => {
  server = makeFakeServer();
});

describe('my visits', () => {
  it('are those ahead first, those over behind a tab', async () => {
    server.clinic.add({ providerId: OKAFOR }, { start: inHours(50) });
    server.clinic.add({ providerId: OKAFOR, typeId: 'type-first' }, { start: inHours(-50), status: 'completed' });
    const { user } = await renderApp('/visits', { as: patient, server });
    expect(await screen.findByRole('article', { name: 'Follow-up with Dr. Grace Okafor' })).toBeVisible();
    expect(screen.getAllByRole('article')).toHaveLength(1);
    await user.click(screen.getByRole('tab', { name: 'Past' }));
    expect(await screen.findByRole('article', { name: 'First visit with Dr. Grace Okafor' })).toBeVisible();
    expect(screen.queryByRole('button', { name: /^Cancel visit/u })).toBeNull();
  });

  it('say so when there are none', async () => {
    await renderApp('/visits', { as: patient, server });
    expect(await screen.findByText('No visits ahead')).toBeVisible();
  });

  it('follow changes made elsewhere', async () => {
    const visit = server.clinic.add({ providerId: OKAFOR }, { start: inHours(50) });
    await renderApp('/visits', { as: patient, server });
    const card = await screen.findByRole('article');
    expect(within(card).getByText('Scheduled')).toBeVisible();
    visit.status = 'confirmed';
    FakeSocket.announce('me');
    expect(await within(card).findByText('Confirmed')).toBeVisible();
  });

  it('can be confirmed and cancelled, with a reason where the clinic asks for one', async () => {
    const visit = server.clinic.add(
      { providerId: OKAFOR },
      { start: inHours(50), policy: { change_until: inHours(26), reason_required: true } },
    );
    const { user } = await renderApp('/visits', { as: patient, server });
    await user.click(await screen.findByRole('button', { name: /^I will come: Follow-up/u }));
    expect(await within(screen.getByRole('article')).findByText('Confirmed')).toBeVisible();
    await user.click(screen.getByRole('button', { name: /^Cancel visit: Follow-up/u }));
    const dialog = await screen.findByRole('dialog', { name: 'Cancel this visit?' });
    await user.click(within(dialog).getByRole('button', { name: 'Cancel the visit' }));
    expect(await within(dialog).findByText('The clinic asks for a reason.')).toBeVisible();
    await user.type(within(dialog).getByRole('textbox', { name: 'Reason' }), 'Travelling');
    await user.click(within(dialog).getByRole('button', { name: 'Cancel the visit' }));
    await waitFor(() => expect(visit.status).toBe('cancelled'));
    expect(await screen.findByText('No visits ahead')).toBeVisible();
  });

  it('tell to call the clinic when it is too late', async () => {
    const visit = server.clinic.add({ providerId: OKAFOR }, { start: inHours(5), mode: 'in-person' });
    await renderApp(`/visits/${visit.id}`, { as: patient, server });
    expect(await screen.findByText(/Please call the clinic: \+1 555 0100/u)).toBeVisible();
    expect(screen.queryByRole('link', { name: /^Change time/u })).toBeNull();
  });

  it('can be moved; a lost race offers other times and keeps the old one', async () => {
    const start = server.clinic.nearest(OKAFOR, 'type-follow', 'telehealth')[0]!.start;
    const later = new Date(Date.parse(start) + 48 * HOUR).toISOString();
    const visit = server.clinic.add({ providerId: OKAFOR }, { start: later });
    const { user } = await renderApp(`/visits/${visit.id}/reschedule`, { as: patient, server });
    const [slot] = await screen.findAllByRole('button', { name: /30 minutes, video$/u });
    await user.click(slot!);
    const dialog = await screen.findByRole('dialog', { name: 'Move the visit to this time?' });
    server.clinic.add({ providerId: OKAFOR }, { start });
    await user.click(within(dialog).getByRole('button', { name: 'Move the visit' }));
    expect(await within(dialog).findByText('This time has just gone')).toBeVisible();
    expect(visit.start).toBe(later);
    const [other] = within(dialog).getAllByRole('button', { name: /30 minutes, video$/u });
    await user.click(other!);
    await user.click(within(dialog).getByRole('button', { name: 'Move the visit' }));
    expect(await screen.findByText('Moved, please confirm')).toBeVisible();
    expect(visit.start).not.toBe(later);
  });
});
