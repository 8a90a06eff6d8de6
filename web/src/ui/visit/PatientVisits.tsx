import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { patientVisitsQuery } from '@/api/patients';
import type { Appointment } from '@/api/types';
import { formatDateTime } from '@/lib/time';
import { QueryView } from '@/ui/QueryView';
import { Loading } from '@/ui/States';
import { useLocale } from '@/ui/useLocale';
import { StaffStatus } from './StaffStatus';
import classes from './Visit.module.css';

const MOST = 6;

/** The patient's other visits at the clinic, the latest first. */
export function PatientVisits({ visit }: { visit: Appointment }) {
  const { t } = useTranslation('visit');
  const { locale, zone } = useLocale();
  const query = useQuery(patientVisitsQuery(visit.patient.id));
  const others = (visits: Appointment[]) => visits.filter(({ id }) => id !== visit.id);
  return (
    <QueryView
      query={query}
      loading={<Loading rows={2} height={40} />}
      empty={{
        when: (visits) => others(visits).length === 0,
        show: (
          <Text size="sm" c="dimmed">
            {t('noEarlier')}
          </Text>
        ),
      }}
    >
      {(visits) => (
        <ul className={classes.earlier}>
          {others(visits)
            .slice(0, MOST)
            .map((other) => (
              <li key={other.id}>
                <span>
                  <Text span size="sm" fw={600} display="block">
                    {formatDateTime(other.start, zone, locale)}
                  </Text>
                  <Text span size="sm" c="dimmed">
                    {t('withProvider', { type: other.visit_type.name, name: other.provider.name })}
                  </Text>
                </span>
                <StaffStatus status={other.status} />
              </li>
            ))}
        </ul>
      )}
    </QueryView>
  );
}
