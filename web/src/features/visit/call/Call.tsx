import { Alert, Button, Card, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Loading } from '@/ui/States';
import { useRoom } from '../room/room';
import { CallStage } from './CallStage';
import type { CallView } from './engine/call';
import type { MediaServer } from './engine/way';
import { useCall } from './useCall';

/** The call of a visit, from browser to browser or through a media server, or why there is none. */
export function Call({ server = null }: { server?: MediaServer | null }) {
  const { t } = useTranslation('call');
  const { socket } = useRoom();
  const { call, view, failed } = useCall(server);
  if (failed) {
    return (
      <Alert color="red" role="alert" title={t('failed.title')}>
        {t('failed.text')}
      </Alert>
    );
  }
  if (!call || !view || view.phase === 'opening') return <Loading />;
  if (view.refused) return <Refusal refused={view.refused} onLeave={() => socket.leave()} />;
  if (view.phase === 'over') return null;
  return <CallStage call={call} view={view} />;
}

/** Somebody was not who they said: the call is over, and what to do is said in plain words. */
function Refusal({ refused, onLeave }: { refused: NonNullable<CallView['refused']>; onLeave: () => void }) {
  const { t } = useTranslation('call');
  return (
    <Card role="alert" withBorder>
      <Stack>
        <Title order={2} size="h3">
          {t('refused.title')}
        </Title>
        <Text>{t('refused.text', { name: refused.name })}</Text>
        <Text>{t(`refused.why.${refused.why}`)}</Text>
        <Text>{t('refused.what')}</Text>
        <Button w="fit-content" onClick={onLeave}>
          {t('leave')}
        </Button>
      </Stack>
    </Card>
  );
}
