import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { missingConsents } from '@/api/consents';
import { ButtonLink } from '@/ui/ButtonLink';
import { AskConsent } from '@/ui/consent/AskConsent';
import { useRoom } from '../room/room';
import { ClinicPhone } from './ClinicPhone';
import { refusalOf } from './refusals';

/** Why this tab is not in the room, and what can be done about it; a consent that is missing is asked for right here. */
export function Refused({ patientId }: { patientId: string | null }) {
  const { t } = useTranslation(['room', 'consent']);
  const { phase, code, socket, phone } = useRoom();
  const why = refusalOf(phase, code);
  const missing = missingConsents(socket.failure);
  if (missing && why === 'consent_needed') {
    return (
      <Stack>
        <AskConsent
          {...missing}
          actingFor={patientId ?? undefined}
          action={t('consent:ask.agreeAndEnter')}
          onAgreed={() => socket.begin()}
        />
        <ClinicPhone phone={phone} />
      </Stack>
    );
  }
  return (
    <Card p={{ base: 'lg', sm: 'xl' }}>
      <Stack role="alert">
        <Title order={2}>{t(`room:refused.${why}.title`)}</Title>
        <Text>{t(`room:refused.${why}.text`)}</Text>
        {why === 'ended' ? <Onward /> : <ClinicPhone phone={phone} />}
        <Group>
          {(why === 'elsewhere' || why === 'replaced') && (
            <Button onClick={() => socket.takeOver()}>{t('room:refused.continueHere')}</Button>
          )}
          {(why === 'left' || why === 'other') && (
            <Button onClick={() => socket.begin()}>{t('room:refused.again')}</Button>
          )}
        </Group>
      </Stack>
    </Card>
  );
}

/** Where the visit goes on once it has ended; guests have seen all of it. */
function Onward() {
  const { t } = useTranslation('room');
  const { roomId, guestKey, host } = useRoom();
  if (guestKey !== null) return null;
  return (
    <div>
      <ButtonLink to="/visit/$roomId/after" params={{ roomId }}>
        {t(host ? 'refused.toNotes' : 'refused.toSummary')}
      </ButtonLink>
    </div>
  );
}
