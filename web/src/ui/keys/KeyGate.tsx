import { Alert, Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Identity } from '@/lib/e2e';
import { ErrorState, Loading } from '@/ui/States';
import { MakeKeys } from './MakeKeys';
import { Unlock } from './Unlock';
import { useIdentity } from './useIdentity';

/** Shows its children once the person's keys can be used here; until then how to make or unlock them. */
export function KeyGate({ children }: { children: (identity: Identity) => React.ReactNode }) {
  const { t } = useTranslation('keys');
  const state = useIdentity();
  const [giveUp, setGiveUp] = useState(false);
  if (state.phase === 'loading') return <Loading />;
  if (state.phase === 'failed') return <ErrorState error={state.error} retry={state.retry} />;
  if (state.phase === 'ready') return <>{children(state.identity)}</>;
  if (state.phase === 'none') return <MakeKeys />;
  if (!giveUp) return <Unlock keys={state.keys} onLost={() => setGiveUp(true)} />;
  return (
    <Stack>
      <Alert color="red" title={t('lost.title')}>
        <Text>{t('lost.text')}</Text>
      </Alert>
      <MakeKeys replaces={state.keys.key_id} />
      <Button variant="default" onClick={() => setGiveUp(false)}>
        {t('lost.back')}
      </Button>
    </Stack>
  );
}
