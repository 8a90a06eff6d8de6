import { Alert, Button, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { KeyHolder } from '@/api/chats';
import type { Identity } from '@/lib/e2e';
import { SafetyNumber } from './SafetyNumber';

interface NewKeysProps {
  holder: KeyHolder;
  /** One's own keys, where this browser has them open: the number to compare is over both. */
  own: Identity | null;
  onTrust: () => void;
}

/** Somebody, or the clinic, has other keys than before: nothing is encrypted to them until it is said that they are right. */
export function NewKeys({ holder: { name, public_key }, own, onTrust }: NewKeysProps) {
  const { t } = useTranslation('chat');
  return (
    <Alert color="red" role="alert" title={name ? t('newKeys.title', { name }) : t('newKeys.clinicTitle')}>
      <Stack gap="xs">
        <Text>{name ? t('newKeys.text') : t('newKeys.clinicText')}</Text>
        {name && own && own.publicKey !== public_key && <SafetyNumber member={{ name, public_key }} identity={own} />}
        <div>
          <Button size="sm" color="red.9" onClick={onTrust}>
            {t('newKeys.trust')}
          </Button>
        </div>
      </Stack>
    </Alert>
  );
}
