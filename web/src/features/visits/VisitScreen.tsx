import { Alert, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconPhone } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { appointmentQuery } from '@/api/appointments';
import { useLive } from '@/api/live';
import type { Appointment, Status } from '@/api/types';
import { formatDateTime } from '@/lib/time';
import { ButtonLink, TextLink } from '@/ui/ButtonLink';
import { CalendarButton } from '@/ui/CalendarButton';
import { VisitChat } from '@/ui/chat/VisitChat';
import { ModeLabel, StatusBadge } from '@/ui/Facts';
import { QueryView } from '@/ui/QueryView';
import { KeptRecordings } from '@/ui/recording/KeptRecordings';
import { Screen } from '@/ui/Screen';
import { useLocale } from '@/ui/useLocale';
import { JoinButton } from '@/ui/visit/JoinButton';
import { VisitTime } from '@/ui/VisitTime';
import { EarlierButton } from '@/ui/waitlist/JoinButton';
import { PrivateNote } from './PrivateNote';
import { VisitActions } from './VisitActions';
import { VisitFacts } from './VisitFacts';
import { VisitHistory } from './VisitHistory';
import classes from './Visits.module.css';

const route = getRouteApi('/visits/$visitId/');
const AHEAD: Status[] = ['requested', 'scheduled', 'confirmed', 'rescheduled'];

/** One visit in full: when and where, what was asked for, what can be done, and what happened to it. */
export function VisitScreen() {
  const { t } = useTranslation('visits');
  const { visitId } = route.useParams();
  useLive('me', ['appointments']);
  const query = useQuery(appointmentQuery(visitId));
  return (
    <Screen title={query.data?.visit_type.name ?? t('detail.title')} width="narrow" actions={<Back />}>
      <QueryView query={query}>
        {(visit) => (
          <Stack gap="xl">
            <Overview visit={visit} />
            <VisitChat visit={visit} />
            {visit.mode === 'telehealth' && <KeptRecordings roomId={visit.id} />}
            <section>
              <Title order={2} size="h3" mb="md">
                {t('detail.history')}
              </Title>
              <VisitHistory visitId={visit.id} />
            </section>
          </Stack>
        )}
      </QueryView>
    </Screen>
  );
}

function Back() {
  const { t } = useTranslation('visits');
  return <TextLink to="/visits">{t('detail.back')}</TextLink>;
}

function Overview({ visit }: { visit: Appointment }) {
  const ahead = AHEAD.includes(visit.status);
  return (
    <Stack>
      <Card p={{ base: 'md', sm: 'xl' }}>
        <Group justify="space-between" align="flex-start">
          <VisitTime
            start={visit.start}
            end={visit.end}
            placeZone={visit.location?.time_zone ?? visit.time_zone}
            size="lg"
          />
          <StatusBadge status={visit.status} />
        </Group>
        <Text component="div" mt="xs">
          <ModeLabel mode={visit.mode} />
        </Text>
        <VisitFacts visit={visit} />
        {!ahead && <JoinButton visit={visit} />}
        {ahead && (
          <Group mt="lg" gap="xs">
            <VisitActions visit={visit} className={classes.actions} />
            <CalendarButton visitId={visit.id} size="sm" />
            {visit.moves.includes('reschedule') && <EarlierButton visit={visit} size="sm" />}
          </Group>
        )}
      </Card>
      {visit.status === 'completed' && <AfterLink visitId={visit.id} />}
      <PrivateNote visit={visit} />
      {ahead && !visit.moves.includes('cancel') && <TooLate visit={visit} />}
    </Stack>
  );
}

/** To what the provider wrote, the rating, and the next visit. */
function AfterLink({ visitId }: { visitId: string }) {
  const { t } = useTranslation('visits');
  return (
    <ButtonLink to="/visit/$roomId/after" params={{ roomId: visitId }}>
      {t('detail.after')}
    </ButtonLink>
  );
}

/** Why there is no button to cancel or move any more, and what to do instead. */
function TooLate({ visit }: { visit: Appointment }) {
  const { t } = useTranslation('visits');
  const { locale, zone } = useLocale();
  const until = formatDateTime(visit.policy.change_until, zone, locale);
  const phone = visit.location?.phone;
  return (
    <Alert variant="light" icon={<IconPhone size={20} />} title={t('late.title')}>
      {phone ? t('late.textPhone', { until, phone }) : t('late.text', { until })}
    </Alert>
  );
}
