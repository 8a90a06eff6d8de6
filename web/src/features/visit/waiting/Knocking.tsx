import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKnockAlert } from '@/ui/visit/useKnockAlert';
import { useRoom, useRoomFrames } from '../room/room';

/** For hosts: who waits, to be let in or not. */
export function Knocking() {
  const { t } = useTranslation('room');
  const { knocking, socket } = useRoom();
  const [failed, setFailed] = useState<string | null>(null);
  const refused = useCallback(
    ({ about, code }: { about?: string; code: string }) => {
      if (about === 'admit') setFailed(code === 'consent_needed' ? 'consent' : 'failed');
    },
    [],
  );
  useRoomFrames('error', refused);
  useKnockAlert(knocking.map(({ participant }) => participant));
  if (knocking.length === 0) return null;
  return (
    <Card withBorder role="status">
      <Title order={2} size="h3" mb="sm">
        {t('knock.title')}
      </Title>
      {failed && (
        <Text role="alert" mb="sm">
          {t(failed === 'consent' ? 'knock.consent' : 'knock.failed')}
        </Text>
      )}
      <Stack gap="sm" role="list">
        {knocking.map(({ participant, name, role }) => (
          <Group key={participant} justify="space-between" role="listitem">
            <Text>
              {name} · {t(`role.${role}`)}
            </Text>
            <Group gap="xs">
              <Button
                onClick={() => {
                  setFailed(null);
                  socket.send({ type: 'admit', participant });
                }}
              >
                {t('knock.admit', { name })}
              </Button>
              <Button variant="default" onClick={() => socket.send({ type: 'deny', participant })}>
                {t('knock.deny')}
              </Button>
            </Group>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}
