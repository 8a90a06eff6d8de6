import { Button, Card, Group, List, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { RecordingPanel } from '../recording/RecordingPanel';
import { RecordingSign } from '../recording/RecordingSign';
import { RoomChat } from '../chat/RoomChat';
import { Knocking } from '../waiting/Knocking';
import { Call } from '../call/Call';
import { HeldAt } from '../platforms/HeldAt';
import { useRoom } from './room';

/** The visit itself: who is in, and what they do together. */
export function InVisit() {
  const { t } = useTranslation('room');
  const { you, participants, host, socket, online } = useRoom();
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
              {one.name} · {t(`role.${one.role}`)}
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
    </Stack>
  );
}
