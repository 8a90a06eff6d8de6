import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { getPreferences, setPreferences } from '@/lib/preferences';
import { makeFakeServer } from '@/testing/fake';
import { patient } from '@/testing/fake/cast';
import { renderApp } from '@/testing/renderApp';

describe('preferences', () => {
  it('change the page at once, and are kept on this device', async () => {
    const { user } = await renderApp('/preferences');
    await user.click(await screen.findByRole('radio', { name: 'Dark' }));
    await user.click(screen.getByRole('radio', { name: 'High' }));
    await user.click(screen.getByRole('radio', { name: '125 %' }));
    const root = document.documentElement;
    await waitFor(() => expect(root).toHaveAttribute('data-mantine-color-scheme', 'dark'));
    expect(root).toHaveAttribute('data-contrast', 'high');
    expect(root.style.fontSize).toBe('125%');
    expect(JSON.parse(localStorage.getItem('openvisit.preferences') ?? '')).toMatchObject({
      theme: 'dark',
      contrast: 'high',
      textSize: 125,
    });
    setPreferences({ theme: 'system', contrast: 'system', textSize: 100 });
  });

  it('of language and zone travel with the account of whoever is signed in', async () => {
    const server = makeFakeServer();
    const { user } = await renderApp('/preferences', { as: patient, server });
    await user.click(await screen.findByRole('radio', { name: 'Español' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Preferencias' })).toBeVisible();
    const account = () => server.clinic.people.find((person) => person.user.id === patient.id)?.user;
    await waitFor(() => expect(account()?.language).toBe('es'));
    expect(document.documentElement.lang).toBe('es');
  });

  it('stay on the device alone when nobody is signed in', async () => {
    const { user } = await renderApp('/preferences');
    await user.click(await screen.findByRole('radio', { name: 'Español' }));
    await waitFor(() => expect(getPreferences().language).toBe('es'));
    expect(screen.queryByRole('alert')).toBeNull();
  });
});
