import { Alert, Button, Group, Stack, Text, Textarea, Title } from '@mantine/core';
import { IconFingerprint, IconLock } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Keys } from '@/api/keys';
import { openByPasskey, openByPhrase, usable } from './making';
import { useKeyError } from './useKeyError';
import { keepIdentity } from './useIdentity';

interface UnlockProps {
  keys: Keys;
  onLost: () => void;
}

/** Unlocks the person's keys in this browser, by any way that was set up. */
export function Unlock({ keys, onLost }: UnlockProps) {
  const { t } = useTranslation('keys');
  const errorText = useKeyError();
  const [phrase, setPhrase] = useState('');
  const unlock = useMutation({
    mutationFn: async (way: 'phrase' | 'passkey') => {
      const secret = way === 'phrase' ? await openByPhrase(keys, phrase) : await openByPasskey(keys);
      await keepIdentity(await usable(keys, secret));
    },
  });
  const by = (kind: string) => keys.seals.some((seal) => seal.kind === kind);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    unlock.mutate('phrase');
  };
  return (
    <Stack>
      <Group gap="xs" wrap="nowrap">
        <IconLock size={22} aria-hidden />
        <Title order={3} size="h4">
          {t('unlock.title')}
        </Title>
      </Group>
      <Text>{t('unlock.text')}</Text>
      {unlock.error && (
        <Alert color="red" role="alert">
          {errorText(unlock.error)}
        </Alert>
      )}
      {by('passkey') && (
        <div>
          <Button
            leftSection={<IconFingerprint size={18} />}
            loading={unlock.isPending && unlock.variables === 'passkey'}
            onClick={() => unlock.mutate('passkey')}
          >
            {t('unlock.passkey')}
          </Button>
        </div>
      )}
      {by('phrase') && (
        <form onSubmit={submit} autoComplete="off">
          <Stack>
            <Textarea
              label={t('phrase.label')}
              description={t('unlock.hint')}
              value={phrase}
              rows={3}
              autoCapitalize="none"
              autoCorrect="off"
              spellCheck={false}
              onChange={(event) => setPhrase(event.currentTarget.value)}
            />
            <div>
              <Button type="submit" disabled={!phrase.trim()} loading={unlock.isPending}>
                {t('unlock.phrase')}
              </Button>
            </div>
          </Stack>
        </form>
      )}
      <div>
        <Button variant="subtle" color="gray" onClick={onLost}>
          {t('lost.open')}
        </Button>
      </div>
    </Stack>
  );
}
