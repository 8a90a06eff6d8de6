import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useRoom } from '../room/room';
import { ClinicPhone } from './ClinicPhone';
import { refusalOf } from './refusals';

/** Why this tab is not in the room, and what can be done about it. */
export function Refused({ phone }: { phone: string | null }) {
  const { t } = useTranslation('room');
  const { phase, code, socket } = useRoom();
  const why = refusalOf(phase, code);
  return (
    <Card p={{ base: 'lg', sm: 'xl' }}>
      <Stack role="alert">
        <Title order={2}>{t(`refused.${why}.title`)}</Title>
        <Text>{t(`refused.${why}.text`)}</Text>
        <ClinicPhone phone={phone} />
        <Group>
          {(why === 'elsewhere' || why === 'replaced') && (
            <Button onClick={() => socket.takeOver()}>{t('refused.continueHere')}</Button>
          )}
          {(why === 'left' || why === 'other') && (
            <Button onClick={() => socket.begin()}>{t('refused.again')}</Button>
          )}
        </Group>
      </Stack>
    </Card>
  );
}
