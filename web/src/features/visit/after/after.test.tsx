import { act, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { VisitNotes } from '@/api/after';
import { CLINIC, doctor, patient } from '@/testing/fake/cast';
import { renderApp } from '@/testing/renderApp';
import { begun, draftReducer, unsaved } from './draft';

const NOTES: VisitNotes = {
  notes: 'Aura',
  summary: '',
  finished_at: null,
  finished_by: null,
  updated_at: null,
  written_by: 'Ana Flores',
  addenda: [],
  may_write: true,
  version: 3,
};

afterEach(() => {
  window.location.hash = '';
});

describe('a draft', () => {
  it('knows what is not saved, also when more was typed while it was being saved', () => {
    let state = draftReducer(begun(NOTES), { type: 'typed', texts: { notes: 'Aura, twice' } });
    const sent = state.texts;
    state = draftReducer(state, { type: 'saving' });
    state = draftReducer(state, { type: 'typed', texts: { summary: 'Diary' } });
    state = draftReducer(state, { type: 'saved', texts: sent, version: 4 });
    expect([state.version, unsaved(state), state.texts.summary]).toEqual([4, true, 'Diary']);
  });

  it('keeps both sides of a conflict until one is chosen', () => {
    const mine = draftReducer(begun(NOTES), { type: 'typed', texts: { notes: 'Mine' } });
    const theirs = { ...NOTES, notes: 'Theirs', version: 9 };
    const between = draftReducer(mine, { type: 'conflict', theirs });
    expect([between.texts.notes, between.theirs?.notes]).toEqual(['Mine', 'Theirs']);
    const kept = draftReducer(between, { type: 'keepMine' });
    expect([kept.texts.notes, kept.version, unsaved(kept)]).toEqual(['Mine', 9, true]);
    const taken = draftReducer(between, { type: 'takeTheirs' });
    expect([taken.texts.notes, taken.version, unsaved(taken)]).toEqual(['Theirs', 9, false]);
  });

  it('sees no conflict in the same words', () => {
    const typed = draftReducer(begun(NOTES), { type: 'typed', texts: { notes: 'Same' } });
    const met = draftReducer(typed, { type: 'conflict', theirs: { ...NOTES, notes: 'Same', version: 5 } });
    expect([met.theirs, met.version, unsaved(met)]).toEqual([null, 5, false]);
  });
});

const LINKED = {
  clinic: 'Riverside Clinic',
  with_whom: 'Ana Flores',
  start: '2027-03-04T14:30:00Z',
  time_zone: 'Europe/Madrid',
  rating: { score: null, comment: '', rated_at: null, open: true },
};

describe('rating by a link', () => {
  it('sends stars and words, and thanks', async () => {
    const { router, server, user } = await renderApp('/');
    const sent: unknown[] = [];
    server.router.on('GET telehealth/ratings/token', () => ({ status: 200, body: LINKED }));
    server.router.on('PUT telehealth/ratings/token', ({ body }) => {
      sent.push(body);
      const rating = { score: 4, comment: 'Kind', rated_at: LINKED.start, open: true };
      return { status: 200, body: { ...LINKED, rating } };
    });
    window.location.hash = '#token';
    await act(() => router.navigate({ to: '/rate' }));
    expect(await screen.findByText(/Ana Flores, Riverside Clinic/u)).toBeVisible();
    expect(screen.getByRole('button', { name: 'Send' })).toBeDisabled();
    // By keyboard: where a pointer is cannot be told without a layout.
    act(() => screen.getByRole('radio', { name: '4 stars' }).focus());
    await user.keyboard('{Enter}');
    await user.type(screen.getByLabelText('In your words'), 'Kind');
    await user.click(screen.getByRole('button', { name: 'Send' }));
    expect(await screen.findByText('Thank you.')).toBeVisible();
    expect(sent).toEqual([{ score: 4, comment: 'Kind' }]);
  });
});

describe('after a visit', () => {
  const visit = {
    id: 'v1',
    clinic: { id: 'c1', name: 'Riverside Clinic' },
    provider: { id: 'p1', name: 'Ana Flores' },
    patient: { id: 'someone', name: 'Pat' },
    visit_type: { id: 't1', name: 'Consultation', minutes: 30 },
    start: '2027-03-04T14:30:00Z',
    end: '2027-03-04T15:00:00Z',
    time_zone: 'America/New_York',
    mode: 'telehealth',
    status: 'completed',
  };

  it('saves what the provider types, and shows both sides when somebody else did', async () => {
    const { server, router, user } = await renderApp('/', { as: doctor });
    server.router.override('GET appointments/v1', () => ({ status: 200, body: { ...visit, clinic: { id: CLINIC, name: 'R' } } }));
    let kept = NOTES;
    const saved: string[] = [];
    server.router.on('GET telehealth/visits/v1/notes', () => ({ status: 200, body: kept }));
    server.router.on('PUT telehealth/visits/v1/notes', ({ body, headers }) => {
      if (headers.get('If-Match') !== `"${kept.version}"`) return { status: 412, body: { code: 'version_mismatch' } };
      kept = { ...kept, ...(body as object), version: kept.version + 1 };
      saved.push(kept.notes);
      return { status: 200, body: kept };
    });
    await act(() => router.navigate({ to: '/visit/$roomId/after', params: { roomId: 'v1' } }));
    const notes = await screen.findByRole('textbox', { name: 'Notes' });
    await user.type(notes, ', twice');
    await waitFor(() => expect(saved).toEqual(['Aura, twice']));
    expect(await screen.findByText('Draft saved')).toBeVisible();
    kept = { ...kept, notes: 'From another tab', version: 8 };
    await user.type(notes, '!');
    const conflict = await screen.findByRole('alert');
    expect(within(conflict).getByText('Aura, twice!')).toBeVisible();
    expect(within(conflict).getByText('From another tab')).toBeVisible();
    await user.click(within(conflict).getByRole('button', { name: 'Keep mine' }));
    await waitFor(() => expect(kept.notes).toBe('Aura, twice!'));
  });

  it('shows the patient the summary and never asks for the notes', async () => {
    const { server, router } = await renderApp('/', { as: patient });
    const asked: string[] = [];
    server.router.override('GET appointments/v1', () => ({
      status: 200,
      body: { ...visit, patient: { id: patient.patient_id, name: 'Pat' } },
    }));
    server.router.on('GET telehealth/visits/v1/notes', () => {
      asked.push('notes');
      return { status: 404, body: { code: 'not_found' } };
    });
    const summary = { summary: 'Keep the diary', finished_at: visit.end, by: 'Ana Flores', addenda: [] };
    server.router.on('GET telehealth/visits/v1/summary', () => ({ status: 200, body: summary }));
    const rating = { score: null, comment: '', rated_at: null, open: true };
    server.router.on('GET telehealth/visits/v1/rating', () => ({ status: 200, body: rating }));
    await act(() => router.navigate({ to: '/visit/$roomId/after', params: { roomId: 'v1' } }));
    expect(await screen.findByText('Keep the diary')).toBeVisible();
    expect(await screen.findByRole('radio', { name: '5 stars' })).toBeInTheDocument();
    expect(asked).toEqual([]);
  });
});
