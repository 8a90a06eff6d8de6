import { DatesProvider } from '@mantine/dates';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { followAppearance, schemeManager } from '@/app/appearance';
import type { makeRouter } from '@/app/router';
import { cssVariables, theme } from '@/app/theme';
import { cspNonce } from '@/app/nonce';

interface AppProps {
  queryClient: QueryClient;
  router: ReturnType<typeof makeRouter>;
  /** "test" leaves out the transitions. */
  env?: 'default' | 'test';
}

followAppearance();

/** Everything around the screens: look, catalogues, cache, router. */
export function App({ queryClient, router, env = 'default' }: AppProps) {
  const { i18n } = useTranslation();
  return (
    <MantineProvider
      env={env}
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={schemeManager}
      defaultColorScheme="auto"
      getStyleNonce={cspNonce}
    >
      <DatesProvider settings={{ locale: i18n.language, firstDayOfWeek: 1 }}>
        <QueryClientProvider client={queryClient}>
          <Notifications position="top-center" />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </DatesProvider>
    </MantineProvider>
  );
}
