import { Alert, Button, Stack, Text, Textarea } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Keys } from '@/api/keys';
import type { Bytes } from '@/lib/e2e';
import { openByPasskey, openByPhrase } from './making';
import { useKeyError } from './useKeyError';

interface AskSecretProps {
  keys: Keys;
  busy: boolean;
  onSecret: (secret: Bytes) => void;
}

/** Asks for a way that unlocks the keys, and gives the private ones for one use. */
export function AskSecret({ keys, busy, onSecret }: AskSecretProps) {
  const { t } = useTranslation('keys');
  const errorText = useKeyError();
  const [phrase, setPhrase] = useState('');
  const open = useMutation({
    mutationFn: (way: 'phrase' | 'passkey') => (way === 'phrase' ? openByPhrase(keys, phrase) : openByPasskey(keys)),
    onSuccess: onSecret,
  });
  const by = (kind: string) => keys.seals.some((seal) => seal.kind === kind);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    open.mutate('phrase');
  };
  return (
    <Stack>
      <Text>{t('section.ask')}</Text>
      {open.error && (
        <Alert color="red" role="alert">
          {errorText(open.error)}
        </Alert>
      )}
      {by('passkey') && (
        <Button
          leftSection={<IconFingerprint size={18} />}
          loading={busy || open.isPending}
          onClick={() => open.mutate('passkey')}
        >
          {t('unlock.passkey')}
        </Button>
      )}
      {by('phrase') && (
        <form onSubmit={submit} autoComplete="off">
          <Stack>
            <Textarea
              label={t('phrase.label')}
              value={phrase}
              rows={3}
              spellCheck={false}
              onChange={(event) => setPhrase(event.currentTarget.value)}
            />
            <Button type="submit" disabled={!phrase.trim()} loading={busy || open.isPending}>
              {t('section.continue')}
            </Button>
          </Stack>
        </form>
      )}
    </Stack>
  );
}
