import { Alert, Button, Card, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { unsubscribe } from '@/api/messages';
import { ButtonLink } from '@/ui/ButtonLink';
import { Screen } from '@/ui/Screen';
import { useErrorText } from '@/ui/useErrorText';

/** Where the unsubscribe address of a mail leads in a browser: asks, and one press does it. */
export function UnsubscribeScreen() {
  const { t } = useTranslation('messages');
  const errorText = useErrorText();
  const [token] = useState(() => window.location.hash.replace(/^#/u, ''));
  const leave = useMutation({ mutationFn: unsubscribe });
  return (
    <Screen title={t('unsubscribe.title')} width="narrow">
      <Card p={{ base: 'lg', sm: 'xl' }}>
        <Stack>
          {leave.isSuccess ? (
            <>
              <Text role="status">{t('unsubscribe.done')}</Text>
              <ButtonLink to="/account/notifications" variant="default">
                {t('unsubscribe.change')}
              </ButtonLink>
            </>
          ) : (
            <>
              <Text>{t('unsubscribe.text')}</Text>
              {leave.error && (
                <Alert color="red" role="alert">
                  {errorText(leave.error)}
                </Alert>
              )}
              <Button size="lg" loading={leave.isPending} disabled={!token} onClick={() => leave.mutate(token)}>
                {t('unsubscribe.action')}
              </Button>
            </>
          )}
        </Stack>
      </Card>
    </Screen>
  );
}
