import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeFakeServer, type FakeServer } from '@/testing/fake';
import { CODE } from '@/testing/fake/accounts';
import { doctor, PASSWORD, patient } from '@/testing/fake/cast';
import { problem } from '@/testing/fake/router';
import { renderApp } from '@/testing/renderApp';
import { clearDraft } from './draft';
import { holdKeeper } from './holdKeeper';

const OKAFOR = 'provider-okafor';
let server: FakeServer;
let start: string;

function address(step = ''): string {
  return `/book?provider=${OKAFOR}&type=type-follow&mode=telehealth&start=${encodeURIComponent(start)}${step}`;
}

const heading = (name: string) => screen.findByRole('heading', { level: 1, name });

beforeEach(() => {
  clearDraft();
  holdKeeper.spend();
  server = makeFakeServer();
  start = server.clinic.nearest(OKAFOR, 'type-follow', 'telehealth')[2]!.start;
});

describe('booking', () => {
  it('holds the time, takes the details, and books once', async () => {
    const { user } = await renderApp(address(), { as: patient, server });
    expect(await screen.findByRole('timer')).toHaveTextContent(/^[45]:\d\d$/u);
    expect(server.clinic.holds).toHaveLength(1);
    await user.type(screen.getByRole('textbox', { name: /What is the visit for/u }), 'Cough since Monday');
    await user.click(screen.getByRole('checkbox', { name: 'Wheelchair access' }));
    await user.click(screen.getByRole('button', { name: 'Continue' }));
    await heading('Check and confirm');
    expect(screen.getByText('Cough since Monday')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Confirm booking' }));
    await heading('Your visit is booked');
    expect(server.clinic.appointments).toMatchObject([
      { start, reason: 'Cough since Monday', accommodations: { wheelchair_access: true } },
    ]);
    expect(server.clinic.holds).toHaveLength(0);
  });

  it('gives the time back when the person leaves', async () => {
    const { router } = await renderApp(address(), { as: patient, server });
    await screen.findByRole('timer');
    await router.navigate({ to: '/' });
    await waitFor(() => expect(server.clinic.holds).toHaveLength(0));
  });

  it('keeps the time and what was typed through registering', async () => {
    const { user } = await renderApp(address(), { server });
    await user.type(await screen.findByRole('textbox', { name: /What is the visit for/u }), 'Headaches');
    await user.click(screen.getByRole('button', { name: 'Continue' }));
    await user.click(await screen.findByRole('link', { name: 'Create an account' }));
    await user.type(await screen.findByRole('textbox', { name: 'Full name' }), 'Ines Novo');
    await user.type(screen.getByRole('textbox', { name: 'E-mail address' }), 'ines@example.org');
    await user.type(screen.getByLabelText('Password'), 'short');
    await user.click(screen.getByRole('button', { name: 'Create account' }));
    expect(await screen.findByText('7 more characters are needed.')).toBeVisible();
    await user.type(screen.getByLabelText('Password'), ' but longer now');
    await user.click(screen.getByRole('button', { name: 'Create account' }));
    await user.type(await screen.findByRole('textbox', { name: 'Code' }), `${CODE.slice(0, 3)} ${CODE.slice(3)}`);
    await user.click(screen.getByRole('button', { name: 'Confirm' }));
    await heading('Check and confirm');
    expect(screen.getByText('Headaches')).toBeVisible();
    expect(await screen.findByRole('timer')).toBeVisible();
  });

  it('offers the nearest free times when somebody was faster', async () => {
    server.clinic.add({ providerId: OKAFOR }, { start });
    const { user } = await renderApp(address('&step=review'), { as: patient, server });
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('This time has just gone');
    expect(screen.getByRole('button', { name: 'Confirm booking' })).toBeDisabled();
    const [other] = within(alert).getAllByRole('button', { name: /30 minutes, video$/u });
    await user.click(other!);
    expect(await screen.findByRole('timer')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Confirm booking' }));
    await heading('Your visit is booked');
    expect(server.clinic.appointments).toHaveLength(2);
  });

  it('repeats the same request after an unclear failure, so that it cannot book twice', async () => {
    const sent: { key: string | null; body: unknown }[] = [];
    const { user } = await renderApp(address('&step=review'), { as: patient, server });
    await screen.findByRole('timer');
    const real = server.router.handlerOf('POST appointments');
    server.router.override('POST appointments', (call) => {
      sent.push({ key: call.headers.get('Idempotency-Key'), body: call.body });
      const answer = real(call); // The booking is made, but the answer gets lost.
      return sent.length === 1 ? problem(503, 'unavailable') : answer;
    });
    await user.click(screen.getByRole('button', { name: 'Confirm booking' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('not available just now');
    await user.click(screen.getByRole('button', { name: 'Confirm booking' }));
    await heading('Your visit is booked');
    expect(sent[1]).toEqual(sent[0]);
    expect(server.clinic.appointments).toHaveLength(1);
  });

  it('tells an account without a patient that it cannot book', async () => {
    await renderApp(address(), { as: doctor, server });
    expect(await screen.findByText(/not a patient's/u)).toBeVisible();
    expect(server.clinic.holds).toHaveLength(0);
  });

  it('asks for a time when the address names none', async () => {
    await renderApp('/book?provider=x', { as: patient, server });
    expect(await screen.findByText('No time is chosen yet')).toBeVisible();
  });
});

describe('signing in', () => {
  it('leads back to where the person wanted to go', async () => {
    const { user, router } = await renderApp('/visits?tab=past', { server });
    await heading('Sign in');
    await user.type(screen.getByRole('textbox', { name: 'E-mail address' }), patient.email);
    await user.type(screen.getByLabelText('Password'), 'wrong');
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('is not right');
    await user.clear(screen.getByLabelText('Password'));
    await user.type(screen.getByLabelText('Password'), PASSWORD);
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    await heading('My visits');
    expect(router.state.location.href).toBe('/visits?tab=past');
  });
});
