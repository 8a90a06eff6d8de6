import { Alert, Button, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Receiver } from '@/api/recordings';
import type { Identity } from '@/lib/e2e';
import { SafetyNumber } from '@/ui/chat/SafetyNumber';

interface NewKeysProps {
  receiver: Receiver;
  /** One's own keys, where this browser has them open: the number to compare is over both. */
  own: Identity | null;
  onTrust: () => void;
}

/** Somebody who is to play the recording has other keys than before: nothing is recorded until the provider says why. */
export function NewKeys({ receiver, own, onTrust }: NewKeysProps) {
  const { t } = useTranslation('recording');
  const { name, publicKey } = receiver;
  return (
    <Alert color="red" role="alert" title={name ? t('newKeys.title', { name }) : t('newKeys.clinicTitle')}>
      <Stack gap="xs">
        <Text>{name ? t('newKeys.text') : t('newKeys.clinicText')}</Text>
        {name && own && own.publicKey !== publicKey && (
          <SafetyNumber member={{ name, public_key: publicKey }} identity={own} />
        )}
        <div>
          <Button size="sm" color="red.9" onClick={onTrust}>
            {t('newKeys.trust')}
          </Button>
        </div>
      </Stack>
    </Alert>
  );
}
