import { Card, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { VisitRoom } from '@/api/visitRooms';
import { formatDateTime } from '@/lib/time';
import { ButtonLink } from '@/ui/ButtonLink';
import { useLocale } from '@/ui/useLocale';
import { ClinicPhone } from './ClinicPhone';

/** A room that cannot be entered now, and why. */
export function Closed({ room }: { room: VisitRoom }) {
  const { t } = useTranslation('room');
  const { locale, zone } = useLocale();
  const values = { opens: formatDateTime(room.opens_at, zone, locale), provider: room.provider.name };
  const door = room.door === 'open' ? 'late' : room.door;
  return (
    <Card p={{ base: 'lg', sm: 'xl' }}>
      <Stack role="status">
        <Title order={2}>{t(`closed.${door}.title`)}</Title>
        <Text>{t(`closed.${door}.text`, values)}</Text>
        <ClinicPhone phone={room.phone} />
        <div>
          <ButtonLink to="/visits/$visitId" params={{ visitId: room.id }} variant="default">
            {t('closed.toVisit')}
          </ButtonLink>
        </div>
      </Stack>
    </Card>
  );
}
