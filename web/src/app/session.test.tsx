import { screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { currentUser } from '@/api/token';
import { clearDraft, saveDraft } from '@/features/booking/draft';
import { makeFakeServer } from '@/testing/fake';
import { doctor, patient } from '@/testing/fake/cast';
import { renderApp } from '@/testing/renderApp';
import { forgetOnSignOut } from './sessionEffects';

afterEach(clearDraft);

describe('signing out', () => {
  it('leaves nothing of the person behind', async () => {
    const server = makeFakeServer();
    server.clinic.add({ providerId: 'provider-okafor' }, { start: new Date(Date.now() + 2e8).toISOString() });
    const { user, queryClient, router } = await renderApp('/visits', { as: patient, server });
    forgetOnSignOut(queryClient, router);
    await screen.findByRole('article');
    saveDraft({ reason: 'Private', accommodations: {} });
    await user.click(screen.getByRole('button', { name: `Account of ${patient.full_name}` }));
    await user.click(await screen.findByRole('menuitem', { name: 'Sign out' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Find the right care' })).toBeVisible();
    await waitFor(() => expect(currentUser()).toBeNull());
    expect(queryClient.getQueryCache().findAll({ queryKey: ['appointments'] })).toHaveLength(0);
    expect(JSON.stringify(localStorage)).not.toContain('Private');
    expect(server.clinic.cookie).toBeNull();
    await router.navigate({ to: '/visits' });
    expect(await screen.findByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  });
});

describe('the frame', () => {
  it('shows each person the entries of their role', async () => {
    await renderApp('/', { as: doctor });
    expect(screen.queryByRole('link', { name: 'My visits' })).toBeNull();
  });

  it('moves the focus to the heading of a new page, and names the tab after it', async () => {
    const { user } = await renderApp('/');
    const [all] = await screen.findAllByRole('link', { name: /^All times of/u });
    await user.click(all!);
    const heading = await screen.findByRole('heading', { level: 1, name: /Okafor/u });
    await waitFor(() => expect(heading).toHaveFocus());
    expect(document.title).toBe('Dr. Grace Okafor · OpenVisit');
  });

  it('tells an address that leads nowhere', async () => {
    await renderApp('/nothing/here');
    expect(await screen.findByRole('heading', { level: 1, name: 'There is nothing here' })).toBeVisible();
  });

  it('says when the device is offline', async () => {
    await renderApp('/');
    Object.defineProperty(navigator, 'onLine', { value: false, configurable: true });
    window.dispatchEvent(new Event('offline'));
    expect(await screen.findByText(/^You are offline/u)).toBeVisible();
    Object.defineProperty(navigator, 'onLine', { value: true, configurable: true });
    window.dispatchEvent(new Event('online'));
    await waitFor(() => expect(screen.queryByText(/^You are offline/u)).toBeNull());
  });
});
