import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconVideo } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Appointment } from '@/api/types';
import { canAskForNotifications, useKnockAlert } from './useKnockAlert';
import { JoinButton } from './JoinButton';

/** For the clinic's day: who waits in a video room, with the way in. Rings when somebody begins to. */
export function WaitingNote({ visits }: { visits: Appointment[] }) {
  const { t } = useTranslation('visit');
  const [askable, setAskable] = useState(canAskForNotifications);
  const waiting = visits.filter((visit) => visit.mode === 'telehealth' && visit.status === 'checked-in');
  useKnockAlert(waiting.map((visit) => visit.id));
  if (waiting.length === 0) return null;
  return (
    <Alert icon={<IconVideo size={20} />} title={t('knock.title')} role="status">
      <Stack gap="xs">
        {waiting.map((visit) => (
          <Group key={visit.id} justify="space-between">
            <Text>{visit.patient.name}</Text>
            <JoinButton visit={visit} size="xs" />
          </Group>
        ))}
        {askable && (
          <div>
            <Button
              size="xs"
              variant="default"
              onClick={() => void Notification.requestPermission().then(() => setAskable(false))}
            >
              {t('knock.allow')}
            </Button>
          </div>
        )}
      </Stack>
    </Alert>
  );
}
