import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { type FakeServer, makeFakeServer } from '@/testing/fake';
import { doctor } from '@/testing/fake/cast';
import { renderApp } from '@/testing/renderApp';
import { FakeSocket } from '@/testing/socket';

const OKAFOR = 'provider-okafor';
const saturday = { weekday: 6, start: '10:00', end: '12:00', modes: ['telehealth' as const], location_id: null };
let server: FakeServer;

beforeEach(() => {
  server = makeFakeServer();
});

const open = () => renderApp('/schedule/hours', { as: doctor, server });
const weekdays = () => server.office.scheduleOf(OKAFOR).weekly.map(({ weekday }) => weekday);

describe('the editor of hours', () => {
  it('previews what is not saved yet, and saves it', async () => {
    const { user } = await open();
    expect(await screen.findByText('5 times in these 7 days')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Add hours on Saturday' }));
    expect(await screen.findByText('6 times in these 7 days')).toBeVisible();
    expect(weekdays()).not.toContain(6);
    await user.click(screen.getByRole('button', { name: 'Save hours' }));
    await waitFor(() => expect(weekdays()).toContain(6));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Save hours' })).toBeNull());
  });

  it('marks hours that overlap and does not save them', async () => {
    const { user } = await open();
    await user.click(await screen.findByRole('button', { name: 'Add hours on Monday' }));
    const added = screen.getByRole('group', { name: 'Monday, hours 2' });
    fireEvent.change(within(added).getByLabelText('From'), { target: { value: '16:00' } });
    expect(within(added).getByRole('alert')).toHaveTextContent('These hours overlap others at the same place.');
    expect(screen.getByRole('button', { name: 'Save hours' })).toBeDisabled();
    await user.click(screen.getByRole('button', { name: 'Discard' }));
    expect(screen.queryByRole('group', { name: 'Monday, hours 2' })).toBeNull();
  });

  it('asks whose version stays when somebody else saved first', async () => {
    const { user } = await open();
    await user.click(await screen.findByRole('button', { name: 'Add hours on Sunday' }));
    server.office.change(OKAFOR, { weekly: [saturday] });
    await user.click(screen.getByRole('button', { name: 'Save hours' }));
    const dialog = await screen.findByRole('dialog', { name: 'Someone else changed these hours' });
    await user.click(within(dialog).getByRole('button', { name: 'Save mine over theirs' }));
    await waitFor(() => expect(weekdays()).toEqual([1, 2, 3, 4, 5, 7]));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('can take over the other version instead', async () => {
    const { user } = await open();
    await user.click(await screen.findByRole('button', { name: 'Add hours on Sunday' }));
    server.office.change(OKAFOR, { weekly: [saturday] });
    FakeSocket.announce(`agenda:${OKAFOR}`);
    await user.click(await screen.findByRole('button', { name: 'Show their version, drop my changes' }));
    expect(await screen.findByRole('group', { name: 'Saturday, hours 1' })).toBeVisible();
    expect(screen.queryByRole('group', { name: 'Sunday, hours 1' })).toBeNull();
  });

  it('copies a day to others', async () => {
    const { user } = await open();
    await user.click(await screen.findByRole('button', { name: /the hours of Monday/u }));
    await user.click(await screen.findByRole('checkbox', { name: 'Sunday' }));
    await user.click(screen.getByRole('button', { name: 'Copy' }));
    expect(screen.getByRole('group', { name: 'Sunday, hours 1' })).toBeVisible();
  });

  it('asks before leaving with changes', async () => {
    const { user, router } = await open();
    await user.click(await screen.findByRole('button', { name: 'Add hours on Sunday' }));
    await user.click(screen.getAllByRole('link', { name: 'Agenda' })[0]!);
    const dialog = await screen.findByRole('dialog', { name: 'Leave without saving?' });
    await user.click(within(dialog).getByRole('button', { name: 'Stay here' }));
    expect(router.state.location.pathname).toBe('/schedule/hours');
    expect(screen.getByRole('group', { name: 'Sunday, hours 1' })).toBeVisible();
  });

  it('enters an absence on the clock of the schedule', async () => {
    const { user } = await renderApp('/schedule/hours', { as: doctor, server, zone: 'Europe/London' });
    await user.click(await screen.findByRole('tab', { name: 'Absences' }));
    await user.click(screen.getByRole('button', { name: 'Enter absence' }));
    expect(screen.getAllByText('Please fill this in.')).toHaveLength(2);
    fireEvent.change(screen.getByLabelText('From'), { target: { value: '2026-12-03T09:00' } });
    fireEvent.change(screen.getByLabelText('Until'), { target: { value: '2026-12-03T12:00' } });
    await user.click(screen.getByRole('button', { name: 'Enter absence' }));
    await waitFor(() => expect(server.office.scheduleOf(OKAFOR).absences).toHaveLength(1));
    expect(server.office.scheduleOf(OKAFOR).absences[0]).toMatchObject({ start: '2026-12-03T14:00:00.000Z' });
  });
});
