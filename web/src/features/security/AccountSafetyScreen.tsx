import { Alert, Button, Card, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { undoEmail, wasNotMe } from '@/api/sessions';
import { dropSession } from '@/api/token';
import { TextLink } from '@/ui/ButtonLink';
import { Screen } from '@/ui/Screen';
import { useErrorText } from '@/ui/useErrorText';

const ACTS = { 'not-me': wasNotMe, 'undo-email': undoEmail };
type Purpose = keyof typeof ACTS;

/** Where the buttons of notices lead. Nothing happens before the button here is pressed: mail scanners follow links. */
export function AccountSafetyScreen() {
  const { t } = useTranslation('security');
  const errorText = useErrorText();
  // Read once: the fragment stays with the browser, and the address bar is cleared of it by the next navigation.
  const [link] = useState(() => noticeLink(window.location.hash));
  const act = useMutation({
    mutationFn: ({ purpose, token }: { purpose: Purpose; token: string }) => ACTS[purpose](token),
    onSuccess: dropSession,
  });
  if (!link) {
    return (
      <Screen title={t('safety.title')} width="narrow">
        <Alert color="red" role="alert">
          {t('safety.noLink')}
        </Alert>
      </Screen>
    );
  }
  const words = link.purpose === 'not-me' ? 'notMe' : 'undoEmail';
  return (
    <Screen title={t(`safety.${words}.title`)} width="narrow">
      <Card p={{ base: 'lg', sm: 'xl' }}>
        {act.isSuccess ? (
          <Stack>
            <Alert role="status">{t(`safety.${words}.done`)}</Alert>
            <Text>{t('safety.next')}</Text>
            <TextLink to="/forgot-password">{t('safety.again')}</TextLink>
          </Stack>
        ) : (
          <Stack>
            <Text>{t(`safety.${words}.text`)}</Text>
            {act.error && (
              <Alert color="red" role="alert">
                {errorText(act.error)}
              </Alert>
            )}
            <Button color="red.9" size="lg" loading={act.isPending} onClick={() => act.mutate(link)}>
              {t(`safety.${words}.action`)}
            </Button>
          </Stack>
        )}
      </Card>
    </Screen>
  );
}

function noticeLink(hash: string): { purpose: Purpose; token: string } | null {
  const parts = new URLSearchParams(hash.replace(/^#/u, ''));
  const purpose = parts.get('purpose') ?? '';
  const token = parts.get('token') ?? '';
  return token && Object.hasOwn(ACTS, purpose) ? { purpose: purpose as Purpose, token } : null;
}
