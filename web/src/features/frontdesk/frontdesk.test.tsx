import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { addDays } from '@/lib/dates';
import { dateOf } from '@/lib/time';
import { instantOf } from '@/lib/wallTime';
import { type FakeServer, makeFakeServer } from '@/testing/fake';
import { CLINIC, staff } from '@/testing/fake/cast';
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

describe('the front desk', () => {
  it('shows the day of everybody, by status when asked, and follows it', async () => {
    server.clinic.add({ providerId: OKAFOR }, { start: at(10) });
    server.clinic.add({ providerId: 'provider-chen' }, { start: at(11), status: 'checked-in' });
    const { user } = await renderApp('/desk', { as: staff, server });
    expect(await screen.findByRole('region', { name: /Dr. Grace Okafor.*1 visit/u })).toBeVisible();
    expect(screen.getByRole('region', { name: /Dr. Wei Chen.*1 visit/u })).toBeVisible();
    await user.click(screen.getByRole('button', { name: /Checked in/u, pressed: false }));
    await waitFor(() => expect(screen.queryByRole('region', { name: /Dr. Grace Okafor/u })).toBeNull());
    await user.click(screen.getByRole('button', { name: /Checked in/u, pressed: true }));
    server.clinic.add({ providerId: 'provider-shah' }, { start: at(12) });
    FakeSocket.announce(`clinic:${CLINIC}`);
    expect(await screen.findByRole('region', { name: /Dr. Priya Shah/u })).toBeVisible();
  });

  it('shows patients who come late, and tells patients that a provider will', async () => {
    const patient_late = { minutes: 20, said_at: at(9) };
    const visit = server.clinic.add({ providerId: OKAFOR }, { start: at(10), patient_late });
    const { user } = await renderApp('/desk', { as: staff, server });
    await user.click(await screen.findByRole('button', { name: /20 minutes late, said at/u }));
    const drawer = await screen.findByRole('dialog', { name: 'Visit' });
    expect(await within(drawer).findByText(/20 minutes late, said at/u)).toBeVisible();
    await user.keyboard('{Escape}');
    visit.patient_late = null;
    FakeSocket.announce(`clinic:${CLINIC}`);
    await waitFor(() => expect(screen.queryByRole('button', { name: /minutes late/u })).toBeNull());

    const told: unknown[] = [];
    server.router.override('POST reminders/running-late', ({ body }) => {
      told.push(body);
      return { status: 200, body: { told: 2, reminders: [] } };
    });
    await user.click(screen.getByRole('button', { name: 'A provider is late' }));
    const ask = await screen.findByRole('dialog', { name: 'Tell that it will be later' });
    expect(within(ask).getByRole('button', { name: 'Tell them' })).toBeDisabled();
    await user.click(within(ask).getByRole('combobox', { name: 'Who is late' }));
    await user.click(await screen.findByRole('option', { name: 'Dr. Grace Okafor' }));
    await user.click(within(ask).getByRole('button', { name: 'Tell them' }));
    expect(await screen.findByText('2 patients are being told')).toBeVisible();
    expect(told).toEqual([{ provider_id: OKAFOR, minutes: 15 }]);
  });

  it('books for a patient over other visits, with a reason', async () => {
    const { user } = await renderApp(`/desk/book?provider=${OKAFOR}&type=type-follow&mode=phone`, { as: staff, server });
    await user.type(await screen.findByRole('searchbox', { name: 'Find a patient' }), 'ana');
    await user.click(await screen.findByRole('button', { name: /Ana Whitfield/u }));
    await user.click(await screen.findByRole('switch', { name: /Take any time on purpose/u }));
    await user.click(screen.getByRole('button', { name: 'Use this time' }));
    expect(screen.getAllByText('Please fill this in.')).toHaveLength(2);
    fireEvent.change(screen.getByLabelText('Start'), { target: { value: `${addDays(today, 7)}T10:00` } });
    await user.type(screen.getByLabelText('Reason for overbooking'), 'Urgent');
    await user.click(screen.getByRole('button', { name: 'Use this time' }));
    const sent: Record<string, unknown>[] = [];
    const book = server.router.handlerOf('POST appointments');
    server.router.override('POST appointments', (call) => {
      sent.push(call.body);
      return book(call);
    });
    const summary = screen.getByRole('region', { name: 'Booking' });
    await user.click(within(summary).getByRole('button', { name: 'Book over other visits' }));
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toMatchObject({
      patient_id: 'patient-ana',
      provider_id: OKAFOR,
      overbook: true,
      overbook_reason: 'Urgent',
      start: instantOf(addDays(today, 7), 600, ZONE),
    });
  });

  it('says what is missing before it books', async () => {
    await renderApp('/desk/book', { as: staff, server });
    expect(await screen.findByText('Choose a patient first.')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Book' })).toBeDisabled();
  });
});
