import { Stack, Text } from '@mantine/core';
import { IconCoffee } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Schedule } from '@/api/schedule';
import type { Appointment } from '@/api/types';
import type { PlainDate } from '@/lib/dates';
import { dateOf, formatDate, formatTime } from '@/lib/time';
import { useNow } from '@/lib/useNow';
import { EmptyState } from '@/ui/States';
import { awayOn, workingSeen } from '@/ui/timegrid/workingHours';
import { useLocale } from '@/ui/useLocale';
import { VisitRow } from '@/ui/visit/VisitRow';
import type { Shown } from './shown';
import classes from './Agenda.module.css';

const MINUTE_MS = 60_000;

/** The days as a list, for a phone; a line tells what is over and what is still to come. */
export function AgendaList({ days, visits, schedule, onOpen }: Shown) {
  const { zone } = useLocale();
  const on = (date: PlainDate) => visits.filter((visit) => dateOf(visit.start, zone) === date);
  const [only] = days;
  if (days.length === 1 && only && on(only).length === 0) return <QuietDay date={only} schedule={schedule} />;
  return (
    <Stack gap="xl">
      {days.map((date) => (
        <Day key={date} date={date} headed={days.length > 1} visits={on(date)} onOpen={onOpen} />
      ))}
    </Stack>
  );
}

function Day({ date, headed, visits, onOpen }: Pick<Shown, 'visits' | 'onOpen'> & { date: PlainDate; headed: boolean }) {
  const { t } = useTranslation('agenda');
  const { locale, zone } = useLocale();
  const now = useNow(MINUTE_MS);
  const name = formatDate(date, locale, { weekday: 'long', day: 'numeric', month: 'long' });
  const isToday = date === dateOf(new Date(now), zone);
  const over = visits.filter((visit) => Date.parse(visit.end) <= now);
  const ahead = visits.filter((visit) => Date.parse(visit.end) > now);
  const row = (visit: Appointment) => (
    <li key={visit.id}>
      <VisitRow visit={visit} onOpen={onOpen} />
    </li>
  );
  return (
    <section aria-label={name}>
      {headed && <h3 className={classes.listHead}>{name}</h3>}
      {visits.length === 0 && <Text c="dimmed">{t('noneOnDay')}</Text>}
      <ul className={classes.list}>
        {over.map(row)}
        {isToday && visits.length > 0 && (
          <li className={classes.now}>{t('nowAt', { time: formatTime(new Date(now).toISOString(), zone, locale) })}</li>
        )}
        {ahead.map(row)}
      </ul>
    </section>
  );
}

/** A day without visits says whether there are hours at all. */
export function QuietDay({ date, schedule }: { date: PlainDate; schedule: Schedule | undefined }) {
  const { t } = useTranslation('agenda');
  const { zone } = useLocale();
  const working = schedule ? workingSeen(schedule, date, zone).open.length > 0 : true;
  const away = schedule ? awayOn(schedule.absences, date, zone).length > 0 : false;
  const why = away ? 'away' : working ? 'free' : 'closed';
  return <EmptyState icon={IconCoffee} title={t(`quiet.${why}.title`)} text={t(`quiet.${why}.text`)} />;
}
