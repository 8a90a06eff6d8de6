import { screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { NotificationPreferences } from '@/api/messages';
import { renderApp } from '@/testing/renderApp';
import { inUnits } from '@/ui/messages/Offsets';
import { changeOf, fieldsOf } from './wishes';

const VISIT = {
  purpose: 'cancel',
  done: false,
  clinic: 'Riverside Clinic',
  clinic_phone: '+1 555 0100',
  with_whom: 'Ana Flores',
  start: '2027-03-04T14:30:00Z',
  end: '2027-03-04T15:00:00Z',
  time_zone: 'Europe/Madrid',
  mode: 'telehealth',
  status: 'scheduled',
  place: '',
  reason_required: false,
  language: 'en',
  your_time_zone: 'Europe/Madrid',
  times: [],
};

afterEach(() => {
  window.location.hash = '';
});

describe('a one-tap link', () => {
  it('asks first, and does it by one press', async () => {
    const { router, server, user } = await renderApp('/');
    const posted: unknown[] = [];
    server.router.on('GET links/token', () => ({ status: 200, body: VISIT }));
    server.router.on('POST links/token', ({ body }) => {
      posted.push(body);
      return { status: 200, body: { purpose: 'cancel', status: 'cancelled', start: VISIT.start, time_zone: 'UTC' } };
    });
    window.location.hash = '#token';
    await router.navigate({ to: '/answer' });
    const button = await screen.findByRole('button', { name: 'Cancel the visit' });
    expect(posted).toEqual([]);
    await user.click(button);
    expect(await screen.findByText(/is cancelled/u)).toBeVisible();
    expect(posted).toEqual([{}]);
  });

  it('says so when there is none', async () => {
    await renderApp('/answer');
    expect(await screen.findByText(/opened by a link/u)).toBeVisible();
  });
});

describe('unsubscribing', () => {
  it('waits for a press, for programs follow links', async () => {
    window.location.hash = '#token';
    const { server, user } = await renderApp('/unsubscribe');
    let posts = 0;
    server.router.on('POST unsubscribe/token', () => {
      posts += 1;
      return { status: 201 };
    });
    const button = await screen.findByRole('button', { name: 'No more reminders by e-mail' });
    expect(posts).toBe(0);
    await user.click(button);
    await waitFor(() => expect(posts).toBe(1));
    expect(await screen.findByText('You will get no more reminders by e-mail.')).toBeVisible();
  });
});

const KEPT: NotificationPreferences = {
  channels: null,
  offsets: [60],
  quiet: { from: '00:00', until: '00:00' },
  custom_message: '',
  language: null,
  opted_out: ['voice'],
  email: null,
  phone: null,
  usual: { channels: ['email', 'sms'], offsets: [1440], quiet: { from: '21:00', until: '08:00' } },
  version: 1,
};

describe('wishes', () => {
  it('come out of the form as they went in', () => {
    const own = { ...KEPT, channels: ['sms' as const], quiet: { from: '22:00', until: '07:00' }, language: 'es' as const };
    for (const kept of [KEPT, own, { ...KEPT, quiet: null, offsets: null }]) {
      const { channels, offsets, quiet, custom_message, language, opted_out } = kept;
      expect(changeOf(fieldsOf(kept))).toEqual({ channels, offsets, quiet, custom_message, language, opted_out });
    }
  });

  it('name times in their largest whole unit', () => {
    expect(inUnits(2880)).toEqual({ count: 2, unit: 'days' });
    expect(inUnits(90)).toEqual({ count: 90, unit: 'minutes' });
    expect(inUnits(120)).toEqual({ count: 2, unit: 'hours' });
  });
});
