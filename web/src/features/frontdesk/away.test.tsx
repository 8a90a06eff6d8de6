import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Away, AwayProposal } from '@/api/waitlist';
import { type FakeServer, makeFakeServer } from '@/testing/fake';
import { doctor, staff } from '@/testing/fake/cast';
import { ok } from '@/testing/fake/router';
import { renderApp } from '@/testing/renderApp';
import { canRemind, keptStill, unansweredFirst } from './unanswered';

const HOUR = 3_600_000;
const NOW = Date.parse('2027-03-02T12:00:00Z');
const ada = { id: 'provider-1', name: 'Ada Moreno' };

function proposal(change: Partial<AwayProposal> = {}): AwayProposal {
  return {
    id: 'proposal-1',
    appointment_id: 'visit-1',
    patient: { id: 'patient-1', name: 'Ana Whitfield' },
    provider: ada,
    visit_type: { id: 'type-1', name: 'Consultation' },
    was: '2027-03-05T15:00:00Z',
    time_zone: 'America/New_York',
    appointment_status: 'scheduled',
    status: 'open',
    choices: [{ id: 'choice-1', kind: 'later', provider: ada, start: '2027-03-09T15:00:00Z', mode: 'telehealth' }],
    chosen: null,
    answered_at: null,
    asked_at: new Date(NOW - 2 * HOUR).toISOString(),
    kept_until: new Date(NOW + HOUR).toISOString(),
    reminders: 0,
    called_at: null,
    ...change,
  };
}

describe('who has not answered', () => {
  it('is asked again after an hour, and not once they have answered', () => {
    expect(canRemind(proposal(), NOW)).toBe(true);
    expect(canRemind(proposal({ asked_at: new Date(NOW - HOUR + 1).toISOString() }), NOW)).toBe(false);
    expect(canRemind(proposal({ asked_at: new Date(NOW - HOUR).toISOString() }), NOW)).toBe(true);
    expect(canRemind(proposal({ asked_at: null }), NOW)).toBe(true);
    expect(canRemind(proposal({ status: 'accepted' }), NOW)).toBe(false);
  });

  it('has the times kept until the last moment', () => {
    expect(keptStill(proposal(), NOW + HOUR - 1)).toBe(true);
    expect(keptStill(proposal(), NOW + HOUR)).toBe(false);
    expect(keptStill(proposal({ kept_until: null }), NOW)).toBe(false);
  });

  it('comes first, the soonest visit before the others', () => {
    const answered = proposal({ id: 'a', status: 'accepted', was: '2027-03-05T13:00:00Z' });
    const late = proposal({ id: 'b', was: '2027-03-05T18:00:00Z' });
    const soon = proposal({ id: 'c', was: '2027-03-05T14:00:00Z' });
    expect(unansweredFirst([answered, late, soon]).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  });
});

describe('the screen of providers who are away', () => {
  let server: FakeServer;
  let shown: AwayProposal;

  beforeEach(() => {
    server = makeFakeServer();
    shown = proposal({ kept_until: '2020-01-01T00:00:00Z', asked_at: '2020-01-01T00:00:00Z' });
    server.router.on('GET clinics/:id/away', () => {
      const away: Away = {
        id: 'away-1',
        provider: ada,
        start: '2027-03-05T05:00:00Z',
        end: '2027-03-06T05:00:00Z',
        created_at: '2027-03-02T10:00:00Z',
        proposals: [shown],
        unanswered: 1,
      };
      return ok({ items: [away] });
    });
    server.router.on('POST away-proposals/:id/remind', () => ok((shown = { ...shown, reminders: shown.reminders + 1 })));
    server.router.on('PUT away-proposals/:id/call', ({ body }) => {
      const { called } = body as { called: boolean };
      return ok((shown = { ...shown, called_at: called ? '2027-03-02T12:00:00Z' : null }));
    });
  });

  it('asks again, and notes who was phoned', async () => {
    const { user } = await renderApp('/desk/away', { as: staff, server });
    const card = await screen.findByRole('article', { name: 'Ada Moreno' });
    expect(within(card).getByText(/The times are not kept any more/u)).toBeVisible();
    await user.click(within(card).getByRole('button', { name: 'Ask again: Ana Whitfield' }));
    expect(await within(card).findByText(/Asked again 1 time/u)).toBeVisible();
    const rung = within(card).getByRole('button', { name: 'Ana Whitfield was phoned about it' });
    expect(rung).toHaveAttribute('aria-pressed', 'false');
    await user.click(rung);
    await waitFor(() => expect(rung).toHaveAttribute('aria-pressed', 'true'));
    expect(within(card).getByText(/Phoned/u, { selector: 'p' })).toBeVisible();
  });

  it('is reached by providers from their agenda', async () => {
    const { user, router } = await renderApp('/schedule', { as: doctor, server });
    await user.click(await screen.findByRole('link', { name: 'Days off' }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/desk/away'));
  });
});
