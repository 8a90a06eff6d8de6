import '@fontsource-variable/atkinson-hyperlegible-next/wght.css';
import '@mantine/core/styles.css';
import '@mantine/dates/styles.css';
import '@mantine/notifications/styles.css';
import './theme.css';
import 'dayjs/locale/es';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { resumeSession } from '@/api/token';
import { App } from '@/app/App';
import { startI18n } from '@/app/i18n';
import { shareNonce } from '@/app/nonce';
import { makeQueryClient } from '@/app/queryClient';
import { makeRouter } from '@/app/router';
import { forgetOnSignOut } from '@/app/sessionEffects';

async function start(): Promise<void> {
  shareNonce();
  await Promise.all([startI18n(), resumeSession()]);
  const queryClient = makeQueryClient();
  const router = makeRouter(queryClient);
  forgetOnSignOut(queryClient, router);
  const root = document.getElementById('root');
  if (!root) throw new Error('The page has no #root.');
  createRoot(root).render(
    <StrictMode>
      <App queryClient={queryClient} router={router} />
    </StrictMode>,
  );
}

void start();
