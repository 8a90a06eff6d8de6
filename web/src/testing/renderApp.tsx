import { createMemoryHistory } from '@tanstack/react-router';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18next from 'i18next';
import { vi } from 'vitest';
import { login } from '@/api/session';
import { dropSession } from '@/api/token';
import type { User } from '@/api/types';
import { App } from '@/app/App';
import { startI18n } from '@/app/i18n';
import { makeQueryClient } from '@/app/queryClient';
import { makeRouter } from '@/app/router';
import { setPreferences } from '@/lib/preferences';
import { PASSWORD } from './fake/cast';
import { type FakeServer, makeFakeServer } from './fake';
import { FakeSocket } from './socket';

interface Options {
  /** Who is signed in. */
  as?: User;
  server?: FakeServer;
  zone?: string;
  language?: 'en' | 'es';
}

/** Renders the whole app at an address, against the fake server. Answers what a test needs to go on. */
export async function renderApp(path: string, options: Options = {}) {
  const server = options.server ?? makeFakeServer();
  vi.stubGlobal('fetch', (input: string | Request, init?: RequestInit) =>
    server.answer(typeof input === 'string' ? new Request(new URL(input, window.location.origin), init) : input),
  );
  vi.stubGlobal('WebSocket', FakeSocket);
  dropSession();
  setPreferences({ language: options.language ?? 'en', timeZone: options.zone ?? 'America/New_York' });
  if (i18next.isInitialized) await i18next.changeLanguage(options.language ?? 'en');
  else await startI18n();
  if (options.as) await login({ email: options.as.email, password: PASSWORD });
  const queryClient = makeQueryClient(0);
  const router = makeRouter(queryClient, createMemoryHistory({ initialEntries: [path] }));
  const user = userEvent.setup();
  const view = render(<App queryClient={queryClient} router={router} env="test" />);
  await screen.findByRole('main');
  return { ...view, server, router, user, queryClient };
}
