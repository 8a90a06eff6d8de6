import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { renderApp } from '@/testing/renderApp';
import { FakeSocket } from '@/testing/socket';

const MARIN = 'provider-marin';
const slotButtons = () => screen.findAllByRole('button', { name: /\d+ minutes, /u });

describe('finding a provider', () => {
  it('shows everybody, then those who match, and keeps the search in the address', async () => {
    const { user, router } = await renderApp('/');
    expect(await screen.findAllByRole('article')).toHaveLength(5);
    await user.type(screen.getByRole('searchbox', { name: 'Search providers' }), 'psychiatry');
    await waitFor(() => expect(screen.getAllByRole('article')).toHaveLength(1));
    expect(screen.getByRole('article', { name: /Wei Chen/u })).toBeVisible();
    expect(router.state.location.search).toEqual({ q: 'psychiatry' });
  });

  it('does not disturb whoever goes on typing while the first words are searched for', async () => {
    const { user, router } = await renderApp('/');
    const box = screen.getByRole('searchbox', { name: 'Search providers' });
    await user.type(box, 'psych');
    await waitFor(() => expect(router.state.location.search).toEqual({ q: 'psych' }));
    await user.keyboard('iatry');
    expect(screen.getByRole('searchbox', { name: 'Search providers' })).toHaveValue('psychiatry');
    await waitFor(() => expect(router.state.location.search).toEqual({ q: 'psychiatry' }));
    expect(screen.getByRole('searchbox', { name: 'Search providers' })).toHaveFocus();
    await act(() => router.navigate({ to: '/', search: {} }));
    expect(screen.getByRole('searchbox', { name: 'Search providers' })).toHaveValue('');
  });

  it('takes its filters from the address', async () => {
    await renderApp('/?language=es&nonsense=1');
    expect(await screen.findByRole('article', { name: /Elena Marín/u })).toBeVisible();
    expect(screen.getAllByRole('article')).toHaveLength(1);
  });

  it('says so when nobody matches', async () => {
    await renderApp('/?q=nobody-has-this-name');
    expect(await screen.findByText('Nobody matches these filters')).toBeVisible();
  });

  it('tells a failure and tries again', async () => {
    const { server, user } = await renderApp('/providers/nobody');
    expect(await screen.findByRole('alert')).toHaveTextContent('There is nothing here');
    server.router.on('GET providers/nobody', () => ({ status: 404 }));
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('alert')).toBeVisible();
  });

  it('speaks Spanish', async () => {
    await renderApp('/', { language: 'es' });
    expect(await screen.findByRole('heading', { level: 1, name: 'Encuentre la atención adecuada' })).toBeVisible();
    expect(await screen.findByRole('button', { name: 'Filtros' })).toBeVisible();
  });
});

describe('a provider’s free times', () => {
  it('have names that make sense alone, with the zone where clocks differ', async () => {
    await renderApp(`/providers/${MARIN}?mode=telehealth&type=type-follow`, { zone: 'America/New_York' });
    const [first] = await slotButtons();
    expect(first?.getAttribute('aria-label')).toMatch(
      /^\w+,? \w+ \w+, [\d:APM\s]+ New York time \(GMT-\d\), 30 minutes, video$/u,
    );
    expect(screen.getByText(/The clinic is on Denver time/u)).toBeVisible();
  });

  it('do not name the zone when the clinic’s clock shows the same', async () => {
    await renderApp(`/providers/${MARIN}?mode=phone&type=type-follow`, { zone: 'America/Denver' });
    const [first] = await slotButtons();
    expect(first?.getAttribute('aria-label')).not.toMatch(/time \(/u);
    expect(screen.queryByText(/The clinic is on/u)).toBeNull();
  });

  it('change while they are looked at, and tell why one went', async () => {
    const { server, user } = await renderApp(`/providers/${MARIN}?mode=telehealth&type=type-follow`);
    const before = await slotButtons();
    const name = before[0]?.getAttribute('aria-label') ?? '';
    const [free] = server.clinic.nearest(MARIN, 'type-follow', 'telehealth');
    server.clinic.add({ providerId: MARIN }, { start: free!.start });
    FakeSocket.announce(`slots:${MARIN}`);
    const gone = await screen.findByRole('button', { name: `${name}: no longer free. Why?` });
    await user.click(gone);
    expect(await screen.findByText('Someone else has just taken this time.')).toBeVisible();
  });

  it('are offered for the kinds of visit that patients may book themselves', async () => {
    await renderApp(`/providers/${MARIN}`);
    expect(await screen.findByRole('radio', { name: 'Follow-up' })).toBeChecked();
    expect(screen.getByRole('radio', { name: 'First visit' })).toBeVisible();
    expect(screen.queryByRole('radio', { name: 'Procedure' })).toBeNull();
  });

  it('are reached by arrow keys as well', async () => {
    const { user } = await renderApp(`/providers/${MARIN}?mode=telehealth&type=type-follow`);
    const [first, second] = await slotButtons();
    first?.focus();
    await user.keyboard('{ArrowDown}');
    expect(second).toHaveFocus();
    await user.keyboard('{ArrowUp}');
    expect(first).toHaveFocus();
  });

  it('lead to the first free one from a week without any', async () => {
    const { user, server, router } = await renderApp(`/providers/${MARIN}?mode=telehealth&type=type-follow`);
    vi.spyOn(server.clinic, 'isFree').mockImplementation(
      (_provider, start) => start.getTime() > Date.now() + 20 * 86_400_000,
    );
    await user.click(screen.getByRole('button', { name: 'Later' }));
    expect(await screen.findByText(/^No free times from/u)).toBeVisible();
    const empty = screen.getByText(/^No free times from/u).closest<HTMLElement>('[role="status"]');
    await user.click(within(empty!).getByRole('button', { name: 'Go to the first free time' }));
    expect((await slotButtons()).length).toBeGreaterThan(0);
    expect(router.state.location.search).toHaveProperty('from');
  });
});
