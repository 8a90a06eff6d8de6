import { Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { VisitRoom } from '@/api/visitRooms';
import { formatDateTime } from '@/lib/time';
import { ButtonLink } from '@/ui/ButtonLink';
import { useLocale } from '@/ui/useLocale';
import { ClinicPhone } from './ClinicPhone';
import { LateButton } from './LateButton';

/** The longest that a browser's timer can be set to, and be trusted. */
const LONGEST_TIMER_MS = 6 * 3_600_000;

/** A room that cannot be entered now, and why. */
export function Closed({ room }: { room: VisitRoom }) {
  const { t } = useTranslation('room');
  const host = room.role === 'provider' || room.role === 'staff';
  return (
    <Card p={{ base: 'lg', sm: 'xl' }}>
      <Stack>
        <ClosedDoor door={room.door} opensAt={room.opens_at} provider={room.provider.name} phone={room.phone ?? null} />
        <Group gap="sm" align="flex-end">
          {room.door === 'early' && (
            <ButtonLink to="/visit/$roomId/check" params={{ roomId: room.id }}>
              {t('closed.check')}
            </ButtonLink>
          )}
          {room.door === 'early' && (
            <LateButton roomId={room.id} who={host ? room.patient.name : room.provider.name} />
          )}
          {host ? (
            <ButtonLink to="/schedule" variant="default">
              {t('closed.toAgenda')}
            </ButtonLink>
          ) : (
            <ButtonLink to="/visits/$visitId" params={{ visitId: room.id }} variant="default">
              {t('closed.toVisit')}
            </ButtonLink>
          )}
        </Group>
      </Stack>
    </Card>
  );
}

interface ClosedDoorProps {
  door: VisitRoom['door'];
  opensAt: string;
  provider: string;
  phone: string | null;
}

/** Why a door is closed. One that opens later is looked at again then, so that the page can be left open. */
export function ClosedDoor({ door, opensAt, provider, phone }: ClosedDoorProps) {
  const { t } = useTranslation('room');
  const { locale, zone } = useLocale();
  const client = useQueryClient();
  useEffect(() => {
    if (door !== 'early') return undefined;
    const wait = Math.min(Math.max(Date.parse(opensAt) - Date.now(), 1000), LONGEST_TIMER_MS);
    const timer = setTimeout(() => {
      void client.invalidateQueries({ queryKey: ['visit-rooms'] });
      void client.invalidateQueries({ queryKey: ['guest-room'] });
    }, wait);
    return () => clearTimeout(timer);
  }, [door, opensAt, client]);
  const why = door === 'open' ? 'late' : door;
  return (
    <Stack role="status">
      <Title order={2}>{t(`closed.${why}.title`)}</Title>
      <Text>{t(`closed.${why}.text`, { opens: formatDateTime(opensAt, zone, locale), provider })}</Text>
      <ClinicPhone phone={phone} />
    </Stack>
  );
}
