import { Card, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Appointment, type Status, STATUSES } from '@/api/types';
import { formatTimeRange } from '@/lib/time';
import { useNow } from '@/lib/useNow';
import { ModeLabel } from '@/ui/Facts';
import { takesTime } from '@/ui/timegrid/placing';
import { useAccommodationWords } from '@/ui/useAccommodationWords';
import { useLocale } from '@/ui/useLocale';
import { MoveBar } from '@/ui/visit/MoveBar';
import { StaffStatus } from '@/ui/visit/StaffStatus';
import { VisitRow } from '@/ui/visit/VisitRow';
import { QuietDay } from './AgendaList';
import type { Shown } from './shown';
import classes from './Agenda.module.css';

const MINUTE_MS = 60_000;
const OVER: readonly Status[] = ['completed', 'cancelled', 'no-show'];

/** Beside the picture of the day: who is next, how the day stands, and what was called off. */
export function DaySummary({ visits, days, schedule, today, onOpen }: Shown & { today: boolean }) {
  const { t } = useTranslation('agenda');
  const now = useNow(MINUTE_MS);
  const next = today ? nextOf(visits, now) : undefined;
  const off = visits.filter((visit) => !takesTime(visit));
  const [date = ''] = days;
  if (visits.length === 0) return <QuietDay date={date} schedule={schedule} />;
  return (
    <Stack gap="lg">
      {next && <Next visit={next} onOpen={onOpen} />}
      <Tally visits={visits} />
      {off.length > 0 && (
        <section aria-label={t('off')}>
          <Title order={3} mb="xs">
            {t('off')}
          </Title>
          <ul className={classes.list}>
            {off.map((visit) => (
              <li key={visit.id}>
                <VisitRow visit={visit} onOpen={onOpen} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </Stack>
  );
}

/** The visit that runs, else the first that is not over yet. */
function nextOf(visits: Appointment[], now: number): Appointment | undefined {
  const open = visits.filter(({ status }) => !OVER.includes(status) && status !== 'requested');
  return open.find(({ status }) => status === 'in-progress') ?? open.find(({ end }) => Date.parse(end) > now);
}

function Next({ visit, onOpen }: { visit: Appointment; onOpen: (id: string) => void }) {
  const { t } = useTranslation('agenda');
  const { locale, zone } = useLocale();
  const needs = useAccommodationWords()(visit.accommodations);
  const running = visit.status === 'in-progress';
  return (
    <Card component="section" aria-label={running ? t('running') : t('next')}>
      <Text size="sm" c="dimmed">
        {running ? t('running') : t('next')} · {formatTimeRange(visit.start, visit.end, zone, locale)}
      </Text>
      <button type="button" className={classes.nextName} onClick={() => onOpen(visit.id)}>
        {visit.patient.name}
      </button>
      <Text>{visit.visit_type.name}</Text>
      <ModeLabel mode={visit.mode} />
      {visit.reason && (
        <Text mt="xs" lineClamp={3}>
          {visit.reason}
        </Text>
      )}
      {needs.length > 0 && (
        <Text size="sm" mt="xs" c="dimmed">
          {needs.join(' · ')}
        </Text>
      )}
      <div className={classes.nextMoves}>
        <MoveBar key={visit.id} visit={visit} most={2} />
      </div>
    </Card>
  );
}

function Tally({ visits }: { visits: Appointment[] }) {
  const { t } = useTranslation('agenda');
  const counts = STATUSES.map((status) => ({ status, count: visits.filter((one) => one.status === status).length }));
  return (
    <Card component="section" aria-label={t('tally')}>
      <Title order={3} mb="sm">
        {t('tally')}
      </Title>
      <ul className={classes.tally}>
        {counts
          .filter(({ count }) => count > 0)
          .map(({ status, count }) => (
            <li key={status}>
              <StaffStatus status={status} />
              <strong>{count}</strong>
            </li>
          ))}
      </ul>
    </Card>
  );
}
