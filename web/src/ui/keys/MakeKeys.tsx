import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconFingerprint, IconLock } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { KEYS_KEY } from '@/api/keys';
import { passkeysWork } from '@/api/security';
import { type Draft, draftKeys, keepDraft, makeByPasskey } from './making';
import { PhraseSteps } from './PhraseSteps';
import { useKeyError } from './useKeyError';
import { keepIdentity } from './useIdentity';

/** Makes the person's keys: a phrase to write down, or a passkey. With `replaces` in the place of lost ones. */
export function MakeKeys({ replaces }: { replaces?: string }) {
  const { t } = useTranslation('keys');
  const client = useQueryClient();
  const errorText = useKeyError();
  const [draft, setDraft] = useState<Draft | null>(null);
  const begin = useMutation({ mutationFn: draftKeys, onSuccess: setDraft });
  const finish = useMutation({
    mutationFn: async (made: Draft) => {
      await keepDraft(made, replaces);
      await keepIdentity(made.identity);
    },
    onSuccess: () => client.invalidateQueries({ queryKey: KEYS_KEY }),
  });
  const passkey = useMutation({
    mutationFn: async () => keepIdentity(await makeByPasskey()),
    onSuccess: () => client.invalidateQueries({ queryKey: KEYS_KEY }),
  });
  const error = begin.error ?? finish.error ?? passkey.error;
  return (
    <Stack>
      {error && (
        <Alert color="red" role="alert">
          {errorText(error)}
        </Alert>
      )}
      {draft ? (
        <PhraseSteps phrase={draft.phrase} busy={finish.isPending} onKept={() => finish.mutate(draft)} />
      ) : (
        <>
          <Group gap="xs" wrap="nowrap">
            <IconLock size={22} aria-hidden />
            <Title order={3} size="h4">
              {t('make.title')}
            </Title>
          </Group>
          <Text>{t('make.text')}</Text>
          <Group>
            <Button loading={begin.isPending} onClick={() => begin.mutate()}>
              {t('make.phrase')}
            </Button>
            {!replaces && passkeysWork() && (
              <Button
                variant="default"
                leftSection={<IconFingerprint size={18} />}
                loading={passkey.isPending}
                onClick={() => passkey.mutate()}
              >
                {t('make.passkey')}
              </Button>
            )}
          </Group>
        </>
      )}
    </Stack>
  );
}
