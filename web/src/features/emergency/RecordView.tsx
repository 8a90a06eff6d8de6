import { Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { patientQuery, patientVisitsQuery } from '@/api/patients';
import { formatDate, formatDateTime } from '@/lib/time';
import { ModeLabel, StatusBadge } from '@/ui/Facts';
import { QueryView } from '@/ui/QueryView';
import { useAccommodationWords } from '@/ui/useAccommodationWords';
import { useLocale } from '@/ui/useLocale';
import classes from './Emergency.module.css';

/** A patient's record, to read. */
export function RecordView({ patientId }: { patientId: string }) {
  const { t } = useTranslation('delegates');
  const { locale, zone } = useLocale();
  const needsOf = useAccommodationWords();
  const patient = useQuery(patientQuery(patientId));
  const visits = useQuery(patientVisitsQuery(patientId));
  return (
    <Stack mt="md">
      <QueryView query={patient}>
        {({ born_on, phone, email }) => (
          <Text>
            {[born_on && t('emergency.born_on', { date: formatDate(born_on, locale, { dateStyle: 'long' }) }), phone, email]
              .filter(Boolean)
              .join(' · ')}
          </Text>
        )}
      </QueryView>
      <Title order={3} size="h4">
        {t('emergency.visits')}
      </Title>
      <QueryView query={visits} empty={{ when: (items) => items.length === 0, show: <Text>{t('emergency.noVisits')}</Text> }}>
        {(items) => (
          <ul className={classes.visits}>
            {items.map((visit) => (
              <li key={visit.id}>
                <Text fw={600}>
                  {formatDateTime(visit.start, zone, locale)} · {visit.visit_type.name} · {visit.provider.name}
                </Text>
                <div className={classes.facts}>
                  <ModeLabel mode={visit.mode} />
                  <StatusBadge status={visit.status} />
                </div>
                {visit.reason && <Text>{t('emergency.forReason', { reason: visit.reason })}</Text>}
                <Text size="sm">{needsOf(visit.accommodations).join(' · ')}</Text>
              </li>
            ))}
          </ul>
        )}
      </QueryView>
    </Stack>
  );
}
