import { Button, Card, Group, List, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { RecordingPanel } from '../recording/RecordingPanel';
import { RecordingSign } from '../recording/RecordingSign';
import { RoomChat } from '../chat/RoomChat';
import { GuestsPanel } from '../guests/GuestsPanel';
import { LateButton } from '../waiting/LateButton';
import { NoShow } from '../waiting/NoShow';
import { Knocking } from '../waiting/Knocking';
import { Call } from '../call/Call';
import { HeldAt } from '../platforms/HeldAt';
import { useRoom } from './room';

/** The visit itself: who is in, and what they do together. */
export function InVisit() {
  const { t } = useTranslation('room');
  const { roomId, you, participants, host, socket, online, late } = useRoom();
  const everybody = you ? [you, ...participants] : participants;
  return (
    <Stack>
      <RecordingSign />
      {!online && (
        <Text role="status" c="dimmed">
          {t('inside.reconnecting')}
        </Text>
      )}
      {host && <Knocking />}
      {host && <NoShow />}
      {late && <Text role="status">{t('late.heard', { count: late.minutes, who: t(`role.${late.from}`) })}</Text>}
      <HeldAt>
        <Call />
      </HeldAt>
      <Card>
        <Title order={2} size="h3" mb="sm">
          {t('inside.participants')}
        </Title>
        <List>
          {everybody.map((one) => (
            <List.Item key={one.peer}>
              {one.name} · {t(`role.${one.role}`)}{' '}
              {host && one.role !== 'provider' && one.peer !== you?.peer && (
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() => socket.send({ type: 'remove', participant: one.participant })}
                >
                  {t('inside.remove', { name: one.name })}
                </Button>
              )}
            </List.Item>
          ))}
        </List>
        <Group mt="md">
          <Button variant="default" onClick={() => socket.leave()}>
            {t('inside.leave')}
          </Button>
          {host && (
            <Button color="red" onClick={() => socket.send({ type: 'end' })}>
              {t('inside.end')}
            </Button>
          )}
        </Group>
      </Card>
      <RoomChat />
      <RecordingPanel />
      {host && <LateButton roomId={roomId} who={t('role.patient')} />}
      {you?.role !== 'guest' && <GuestsPanel roomId={roomId} host={host} />}
    </Stack>
  );
}
