import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { DeadLetter } from '@/api/deadLetters';
import { makeFakeServer } from '@/testing/fake';
import { admin } from '@/testing/fake/cast';
import { ok, problem } from '@/testing/fake/router';
import { renderApp } from '@/testing/renderApp';

const POISON: DeadLetter = {
  id: 'letter-1',
  consumer: 'notifications',
  reason: 'not_json',
  at: '2027-03-01T12:00:00Z',
  event_id: null,
  type: null,
  subject: null,
  size: 12,
  whole: true,
  state: 'waiting',
  closed_at: null,
};
const GIVEN_UP: DeadLetter = {
  ...POISON,
  id: 'letter-2',
  consumer: 'notifications:appointment_mail',
  reason: 'handler_failed',
  event_id: 'event-1',
  type: 'appointment.booked',
  subject: 'visit-1',
};

/** A server with these dead letters, and what was done with them. */
function withLetters(...letters: DeadLetter[]) {
  const server = makeFakeServer();
  const items = letters.map((letter) => ({ ...letter }));
  const done: string[] = [];
  server.router.on('GET dead-letters', () => ok({ items, waiting: items.length, next: null }));
  for (const [act, state] of [
    ['replay', 'replayed'],
    ['dismiss', 'dismissed'],
  ] as const) {
    server.router.on(`POST dead-letters/:id/${act}`, ({ params }) => {
      const letter = items.find(({ id }) => id === params['id']);
      if (letter?.state !== 'waiting') return problem(409, 'dead_letter_closed');
      letter.state = state;
      done.push(`${act} ${letter.id}`);
      return ok(letter);
    });
  }
  return { server, items, done };
}

async function shown(type: string) {
  const found = (await screen.findByText(type)).closest('article');
  if (!found) throw new Error('no letter around it');
  return within(found);
}

describe('dead letters', () => {
  it('say why they wait, and are sent again once', async () => {
    const { server, done } = withLetters(GIVEN_UP, POISON);
    const { user } = await renderApp('/admin/dead-letters', { as: admin, server });
    const letter = await shown('appointment.booked');
    letter.getByText('What follows from it failed at every try. The log of the worker says more.');
    letter.getByText(/notifications:appointment_mail/);
    await user.click(letter.getByRole('button', { name: /again/i }));
    await letter.findByText('Sent again');
    expect(letter.queryByRole('button', { name: /again/i })).toBeNull();
    expect(done).toEqual(['replay letter-2']);
  });

  it('show what a colleague did meanwhile', async () => {
    const { server, items, done } = withLetters(POISON);
    const { user } = await renderApp('/admin/dead-letters', { as: admin, server });
    const again = await screen.findByRole('button', { name: /again/i });
    for (const letter of items) letter.state = 'dismissed';
    await user.click(again);
    await waitFor(() => expect(screen.getByText('Dismissed')).toBeTruthy());
    expect(done).toEqual([]);
  });
});
