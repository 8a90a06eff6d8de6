import { Group, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useUser } from '@/api/session';
import type { Appointment } from '@/api/types';
import { dateOf, formatDate, formatTimeRange, sameClock } from '@/lib/time';
import { Unread } from '@/ui/chat/Unread';
import { ModeLabel, StatusBadge } from '@/ui/Facts';
import { useLocale } from '@/ui/useLocale';
import { useZoneName } from '@/ui/useZoneName';
import { VisitActions } from './VisitActions';
import classes from './Visits.module.css';

const OVER = ['completed', 'cancelled', 'no-show'];

/** One visit in the list, with what can be done about it. */
export function VisitCard({ visit }: { visit: Appointment }) {
  const { t } = useTranslation(['visits', 'delegates']);
  const user = useUser();
  const { locale, zone } = useLocale();
  const zoneName = useZoneName();
  const date = dateOf(visit.start, zone);
  const place = visit.location;
  const differs = !sameClock(zone, place?.time_zone ?? visit.time_zone, visit.start);
  return (
    <article
      className={classes.card}
      data-over={OVER.includes(visit.status) || undefined}
      aria-labelledby={`visit-${visit.id}`}
    >
      <div className={classes.leaf} aria-hidden="true">
        <span>{formatDate(date, locale, { month: 'short' })}</span>
        <strong>{formatDate(date, locale, { day: 'numeric' })}</strong>
        <span>{formatDate(date, locale, { weekday: 'short' })}</span>
      </div>
      <div>
        <Title order={2} size="h3" id={`visit-${visit.id}`}>
          <Link to="/visits/$visitId" params={{ visitId: visit.id }} className={classes.title}>
            {t('visits:withProvider', { type: visit.visit_type.name, name: visit.provider.name })}
          </Link>
        </Title>
        <Text mt={2}>
          {formatDate(date, locale, { weekday: 'long', day: 'numeric', month: 'long' })},{' '}
          {formatTimeRange(visit.start, visit.end, zone, locale)}
          {differs && ` · ${zoneName(zone, visit.start)}`}
        </Text>
        {user && visit.patient.id !== user.patient_id && (
          <Text fw={600}>{t('delegates:visitFor', { name: visit.patient.name })}</Text>
        )}
        <Group gap="md" mt={6} c="dimmed">
          <ModeLabel mode={visit.mode} />
          {place && <span>{[place.name, place.city].filter(Boolean).join(', ')}</span>}
        </Group>
      </div>
      <div className={classes.side}>
        <StatusBadge status={visit.status} />
        <Unread roomId={visit.id} />
      </div>
      <VisitActions visit={visit} className={classes.actions} />
    </article>
  );
}
