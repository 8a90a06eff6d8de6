import { Alert, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { appointmentQuery } from '@/api/appointments';
import { useLive } from '@/api/live';
import { useUser } from '@/api/session';
import type { Appointment, Status } from '@/api/types';
import { TextLink } from '@/ui/ButtonLink';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { VisitTime } from '@/ui/VisitTime';
import { FollowUp } from './FollowUp';
import { Notes } from './Notes';
import { Rating } from './Rating';
import { Summary } from './Summary';

/** Of these nothing can be written or said yet. */
const TO_COME: readonly Status[] = ['requested', 'scheduled', 'confirmed', 'rescheduled'];

const route = getRouteApi('/visit/$roomId/after');

/** What comes after a visit: for its patient the summary and a rating, for the clinic notes and the next visit. */
export function AfterScreen() {
  const { t } = useTranslation('after');
  const { roomId } = route.useParams();
  useLive('me', ['after', roomId]);
  const query = useQuery(appointmentQuery(roomId));
  return (
    <Screen
      title={query.data ? t('title', { type: query.data.visit_type.name }) : t('untitled')}
      actions={<Back roomId={roomId} />}
      width="narrow"
    >
      <QueryView query={query}>{(visit) => <Sides visit={visit} />}</QueryView>
    </Screen>
  );
}

function Back({ roomId }: { roomId: string }) {
  const { t } = useTranslation('after');
  const user = useUser();
  if (user?.provider_id) return <TextLink to="/schedule">{t('toAgenda')}</TextLink>;
  return (
    <TextLink to="/visits/$visitId" params={{ visitId: roomId }}>
      {t('toVisit')}
    </TextLink>
  );
}

function Sides({ visit }: { visit: Appointment }) {
  const { t } = useTranslation('after');
  const user = useUser();
  const held = !TO_COME.includes(visit.status);
  const patient = user?.patient_id === visit.patient.id;
  const clinic = user?.clinic_roles.some(({ clinic_id }) => clinic_id === visit.clinic.id) ?? false;
  return (
    <Stack gap="lg">
      <VisitTime start={visit.start} end={visit.end} placeZone={visit.time_zone} />
      {!held && (
        <Alert title={t('early.title')}>{t(clinic && !patient ? 'early.provider' : 'early.patient')}</Alert>
      )}
      {clinic && !patient ? (
        <Notes visitId={visit.id} begun={held} />
      ) : (
        held && <Summary visit={visit} />
      )}
      {held && <FollowUp visit={visit} byClinic={clinic && !patient} />}
      {patient && <Rating visitId={visit.id} />}
    </Stack>
  );
}
