import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useKnockAlert } from '@/ui/visit/useKnockAlert';
import { useRoom } from '../room/room';

/** For hosts: who waits, to be let in or not. */
export function Knocking() {
  const { t } = useTranslation('room');
  const { knocking, socket } = useRoom();
  useKnockAlert(knocking.map(({ participant }) => participant));
  if (knocking.length === 0) return null;
  return (
    <Card withBorder role="status">
      <Title order={2} size="h3" mb="sm">
        {t('knock.title')}
      </Title>
      <Stack gap="sm" role="list">
        {knocking.map(({ participant, name, role }) => (
          <Group key={participant} justify="space-between" role="listitem">
            <Text>
              {name} · {t(`role.${role}`)}
            </Text>
            <Group gap="xs">
              <Button onClick={() => socket.send({ type: 'admit', participant })}>{t('knock.admit', { name })}</Button>
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
