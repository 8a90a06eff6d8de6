import { Alert, Button, Card, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { stopReset } from '@/api/security';
import { Screen } from '@/ui/Screen';
import { useErrorText } from '@/ui/useErrorText';

/** Where the mail about a reset leads: stops it by one press, since programs follow links by themselves. */
export function StopResetScreen() {
  const { t } = useTranslation('security');
  const errorText = useErrorText();
  // Read once: the fragment stays with the browser.
  const [token] = useState(() => window.location.hash.replace(/^#/u, ''));
  const stop = useMutation({ mutationFn: stopReset });
  return (
    <Screen title={t('stopReset.title')} width="narrow">
      <Card p={{ base: 'lg', sm: 'xl' }}>
        <Stack>
          {stop.isSuccess ? (
            <Text role="status">{t('stopReset.done')}</Text>
          ) : (
            <>
              <Text>{t('stopReset.text')}</Text>
              {stop.error && (
                <Alert color="red" role="alert">
                  {errorText(stop.error)}
                </Alert>
              )}
              <Button size="lg" loading={stop.isPending} disabled={!token} onClick={() => stop.mutate(token)}>
                {t('stopReset.action')}
              </Button>
            </>
          )}
        </Stack>
      </Card>
    </Screen>
  );
}
