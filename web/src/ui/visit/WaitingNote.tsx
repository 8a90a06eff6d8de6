import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconVideo } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WaitingPerson } from '@/api/visitRooms';
import { formatTime } from '@/lib/time';
import { ButtonLink } from '@/ui/ButtonLink';
import { useLocale } from '@/ui/useLocale';
import { canAskForNotifications, useKnockAlert } from './useKnockAlert';
import { useWaits } from './waits';

/**
 * For the clinic's day, whichever is shown: who is in a waiting room now, since when, with the way in. Goes by the tabs
 * that are open there. Rings when somebody comes, where the screen is a provider's.
 */
export function WaitingNote({ quiet = false }: { quiet?: boolean }) {
  const { t } = useTranslation('visit');
  const [askable, setAskable] = useState(canAskForNotifications);
  const waiting = useWaits();
  useKnockAlert(quiet ? [] : waiting.map((one) => `${one.room_id}/${one.participant}`));
  if (waiting.length === 0) return null;
  return (
    <Alert icon={<IconVideo size={20} />} title={t('knock.title')} role="status">
      <Stack gap="xs">
        {waiting.map((one) => (
          <Waiter key={`${one.room_id}/${one.participant}`} one={one} withProvider={quiet} />
        ))}
        {askable && !quiet && (
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

function Waiter({ one, withProvider }: { one: WaitingPerson; withProvider: boolean }) {
  const { t } = useTranslation('visit');
  const { locale, zone } = useLocale();
  const visit = { time: formatTime(one.start, zone, locale), provider: one.provider.name };
  return (
    <Group justify="space-between" gap="xs">
      <div style={{ flex: '1 1 14rem' }}>
        <Text fw={600}>
          {one.name === one.patient.name ? one.name : t('waits.with', { name: one.name, patient: one.patient.name })}
        </Text>
        <Text size="sm">
          {t('waits.short', { time: formatTime(one.since, zone, locale) })}
          {' · '}
          {t(withProvider ? 'waits.visitWith' : 'waits.visit', visit)}
        </Text>
      </div>
      <ButtonLink to="/visit/$roomId" params={{ roomId: one.room_id }} size="xs" style={{ flex: 'none' }}>
        {t('join')}
      </ButtonLink>
    </Group>
  );
}
