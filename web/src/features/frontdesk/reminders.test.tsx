import { screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Reminder } from '@/api/reminders';
import { type FakeServer, makeFakeServer } from '@/testing/fake';
import { staff } from '@/testing/fake/cast';
import { ok } from '@/testing/fake/router';
import { renderApp } from '@/testing/renderApp';

const FAILED: Reminder = {
  id: 'reminder-1',
  appointment_id: 'visit-1',
  patient_id: 'patient-ana',
  type: 'reminder',
  kind: null,
  minutes: 120,
  start: '2027-03-04T19:00:00Z',
  due_at: '2027-03-04T17:00:00Z',
  status: 'failed',
  why: null,
  by_hand: false,
  merged_into: null,
  channels: ['sms'],
  channel: 'sms',
  attempts: 4,
  next_try_at: null,
  vendor: 'twilio',
  vendor_message_id: null,
  error: 'unreachable',
  doubtful_at: null,
  sent_at: null,
  delivered_at: null,
  version: 1,
};
let server: FakeServer;
let asked: (string | null)[];
let again: string[];
let restored: unknown[];

beforeEach(() => {
  server = makeFakeServer();
  asked = [];
  again = [];
  restored = [];
  server.router.on('GET reminders', ({ query }) => {
    asked.push(query.get('show'));
    const line = {
      reminder: FAILED,
      patient_name: 'Ana Whitfield',
      provider_name: 'Dr. Grace Okafor',
      time_zone: 'America/New_York',
      dead: restored.length > 0 ? [] : [{ address: 'email', because: '5.1.1' }],
    };
    const items = query.get('show') === 'failed' ? [line] : [];
    return ok({ items, cursor: null, due_unsent: 0, failed: 1, doubtful: 0 });
  });
  server.router.on('POST reminders/:id/resend', ({ params }) => {
    again.push(params.id ?? '');
    return ok({ ...FAILED, status: 'pending' });
  });
  server.router.on('POST patients/:id/reachability/restore', ({ params, body }) => {
    restored.push([params.id, body]);
    return ok({ email: 'good', email_because: '', phone: 'none', phone_because: '', opted_out: [] });
  });
});

describe('the ledger of reminders', () => {
  it('begins with what is due and unsent, and says when there is nothing', async () => {
    await renderApp('/desk/reminders', { as: staff, server });
    expect(await screen.findByText('Nothing here.')).toBeVisible();
    expect(asked[0]).toBe('due-unsent');
  });

  it('says why a reminder failed, and sends it again', async () => {
    const { user } = await renderApp('/desk/reminders?show=failed', { as: staff, server });
    expect(await screen.findByText('Ana Whitfield')).toBeVisible();
    expect(screen.getByText(/SMS · 4 tries · unreachable/u)).toBeVisible();
    await user.click(screen.getByRole('button', { name: /Send again to Ana Whitfield/u }));
    await waitFor(() => expect(again).toEqual(['reminder-1']));
    await waitFor(() => expect(asked.length).toBeGreaterThan(1));
  });

  it('shows an address that is dead, and marks it good again', async () => {
    const { user } = await renderApp('/desk/reminders?show=failed', { as: staff, server });
    expect(await screen.findByText(/bounced or complained \(5\.1\.1\)/u)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Mark the e-mail address of Ana Whitfield good again' }));
    await waitFor(() => expect(restored).toEqual([['patient-ana', { address: 'email' }]]));
    await waitFor(() => expect(screen.queryByText(/bounced or complained/u)).toBeNull());
  });
});
