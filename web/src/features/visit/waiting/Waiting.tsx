import { Card, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { RoomChat } from '../chat/RoomChat';
import { useRoom } from '../room/room';
import { ClinicPhone } from './ClinicPhone';

/** The waiting room: where one stands, and what to do should it take too long. */
export function Waiting({ provider }: { provider: string }) {
  const { t } = useTranslation('room');
  const { position, minutes, late, phone, guestKey } = useRoom();
  return (
    <Stack>
      <Card p={{ base: 'lg', sm: 'xl' }}>
        <Stack>
          <Title order={2}>{t('waiting.title')}</Title>
          <Text>{t('waiting.text', { provider })}</Text>
          <Stack gap={4} role="status">
            <Text fw={600}>{position === 1 ? t('waiting.next') : t('waiting.position', { position })}</Text>
            <Text>{minutes === null ? t('waiting.unknown') : t('waiting.minutes', { count: minutes })}</Text>
            {late && <Text>{t('waiting.late', { count: late.minutes, provider })}</Text>}
          </Stack>
          <ClinicPhone phone={phone} />
        </Stack>
      </Card>
      {/* Guests read and write once they are in. */}
      {guestKey === null && <RoomChat />}
    </Stack>
  );
}
