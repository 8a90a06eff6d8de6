import { Alert, Divider, Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconMail, IconPhone } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { patientQuery } from '@/api/patients';
import { useUser } from '@/api/session';
import type { Appointment } from '@/api/types';
import { formatMoney } from '@/lib/money';
import { formatDate } from '@/lib/time';
import { ClinicReading } from '@/ui/chat/ClinicReading';
import { VisitChat } from '@/ui/chat/VisitChat';
import { ButtonLink } from '@/ui/ButtonLink';
import { ModeLabel } from '@/ui/Facts';
import { Portrait } from '@/ui/Portrait';
import { KeptRecordings } from '@/ui/recording/KeptRecordings';
import { useAccommodationWords } from '@/ui/useAccommodationWords';
import { useLocale } from '@/ui/useLocale';
import { VisitTime } from '@/ui/VisitTime';
import { CheckResult } from './CheckResult';
import { HeldByPhone } from './HeldByPhone';
import { JoinButton } from './JoinButton';
import { MoveBar } from './MoveBar';
import { PatientLate } from './PatientLate';
import { PatientVisits } from './PatientVisits';
import { PatientWaits } from './PatientWaits';
import { StaffStatus } from './StaffStatus';
import { VisitTrail } from './VisitTrail';
import classes from './Visit.module.css';

/** Everything about one visit that provider and front desk need, and what they can do with it. */
export function VisitSheet({ visit }: { visit: Appointment }) {
  const { t } = useTranslation('visit');
  return (
    <Stack gap="lg" pb="xl">
      <Who visit={visit} />
      <Group gap="xs">
        <StaffStatus status={visit.status} />
        {visit.overbooked && (
          <span className={classes.overbooked}>
            <IconAlertTriangle size={16} aria-hidden="true" />
            {t('overbooked')}
          </span>
        )}
        <PatientWaits visit={visit} />
        <PatientLate visit={visit} />
      </Group>
      <VisitTime start={visit.start} end={visit.end} placeZone={visit.location?.time_zone ?? visit.time_zone} size="lg" />
      {visit.status === 'requested' && <Alert color="yellow">{t('requestedHint')}</Alert>}
      <div>
        <JoinButton visit={visit} />
      </div>
      <MoveBar key={visit.id} visit={visit} />
      {(visit.status === 'in-progress' || visit.status === 'completed') && (
        <ButtonLink variant="default" to="/visit/$roomId/after" params={{ roomId: visit.id }}>
          {t('after')}
        </ButtonLink>
      )}
      <Divider />
      <Facts visit={visit} />
      <OwnChat visit={visit} />
      <ClinicReading visit={visit} />
      {visit.mode === 'telehealth' && <KeptRecordings roomId={visit.id} />}
      <Divider />
      <section aria-label={t('earlier')}>
        <Title order={3} mb="xs">
          {t('earlier')}
        </Title>
        <PatientVisits visit={visit} />
      </section>
      <section aria-label={t('trail.title')}>
        <Title order={3} mb="xs">
          {t('trail.title')}
        </Title>
        <VisitTrail visitId={visit.id} />
      </section>
    </Stack>
  );
}

/** The conversation, for the provider who holds the visit. */
function OwnChat({ visit }: { visit: Appointment }) {
  const user = useUser();
  return user?.provider_id === visit.provider.id ? <VisitChat visit={visit} /> : null;
}

function Who({ visit }: { visit: Appointment }) {
  const { t } = useTranslation('visit');
  const { locale } = useLocale();
  const patient = useQuery(patientQuery(visit.patient.id)).data;
  return (
    <Group wrap="nowrap" align="flex-start">
      <Portrait name={visit.patient.name} size={56} />
      <div className={classes.who}>
        <Title order={2}>{visit.patient.name}</Title>
        {patient?.born_on && (
          <Text size="sm" c="dimmed">
            {t('born', { date: formatDate(patient.born_on, locale, { dateStyle: 'long' }) })}
          </Text>
        )}
        {patient?.phone && (
          <a className={classes.contact} href={`tel:${patient.phone.replace(/[^\d+]/gu, '')}`}>
            <IconPhone size={16} aria-hidden="true" /> {patient.phone}
          </a>
        )}
        {patient?.email && (
          <a className={classes.contact} href={`mailto:${patient.email}`}>
            <IconMail size={16} aria-hidden="true" /> {patient.email}
          </a>
        )}
      </div>
    </Group>
  );
}

function Facts({ visit }: { visit: Appointment }) {
  const { t } = useTranslation('visit');
  const { locale } = useLocale();
  const needs = useAccommodationWords()(visit.accommodations);
  const place = visit.location;
  const wasHeld = visit.mode === 'telehealth' && ['checked-in', 'in-progress', 'completed'].includes(visit.status);
  const where = place ? [place.name, visit.room?.name].filter(Boolean).join(', ') : null;
  const facts: [string, ReactNode][] = [
    [t('fact.type'), visit.visit_type.name],
    [t('fact.mode'), <ModeLabel key="mode" mode={visit.mode} />],
    [t('fact.provider'), visit.provider.name],
    [t('fact.where'), where],
    [t('fact.device'), visit.device?.name],
    [t('fact.reason'), visit.reason || <span className={classes.none}>{t('fact.noReason')}</span>],
    [t('fact.needs'), needs.length > 0 ? needs.join('\n') : null],
    [t('fact.price'), visit.price ? formatMoney(visit.price, locale) : null],
    [t('fact.closed'), visit.closed_reason],
    [t('byPhone.fact'), wasHeld ? <HeldByPhone key="phone" visitId={visit.id} /> : null],
    [t('check.title'), visit.mode === 'telehealth' ? <CheckResult key="check" visitId={visit.id} /> : null],
  ];
  return (
    <dl className={classes.facts}>
      {facts.map(([term, words]) => (words ? [<dt key={`${term}-term`}>{term}</dt>, <dd key={term}>{words}</dd>] : null))}
    </dl>
  );
}
