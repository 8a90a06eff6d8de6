import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { GuestsPanel } from '../guests/GuestsPanel';
import { useRoom } from './room';

/** Who is in the visit, and who else is invited. */
export function People() {
  const { t } = useTranslation('room');
  const { roomId, you, participants, host, socket } = useRoom();
  const everybody = you ? [you, ...participants] : participants;
  return (
    <Stack gap={0}>
      <Card component="section" aria-labelledby="room-people">
        <Title order={2} size="h3" mb="sm" id="room-people">
          {t('inside.participants')}
        </Title>
        <Stack gap="sm" role="list">
          {everybody.map((one) => (
            <Group key={one.peer} role="listitem" justify="space-between" gap="xs">
              <div>
                <Text fw={600}>{one.name}</Text>
                <Text size="sm" c="dimmed">
                  {one.peer === you?.peer ? t('inside.you', { role: t(`role.${one.role}`) }) : t(`role.${one.role}`)}
                </Text>
              </div>
              {host && one.role !== 'provider' && one.peer !== you?.peer && (
                <Button
                  size="xs"
                  variant="default"
                  onClick={() => socket.send({ type: 'remove', participant: one.participant })}
                >
                  {t('inside.remove', { name: one.name })}
                </Button>
              )}
            </Group>
          ))}
        </Stack>
      </Card>
      {you?.role !== 'guest' && <GuestsPanel roomId={roomId} host={host} />}
    </Stack>
  );
}
