import { IconVideo } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Appointment } from '@/api/types';
import { formatTime } from '@/lib/time';
import { useLocale } from '@/ui/useLocale';
import { usePatientWaits } from './waits';
import classes from './Visit.module.css';

interface PatientWaitsProps {
  visit: Appointment;
  /** In a day view there is room for one line. */
  brief?: boolean;
}

/** That the patient is in the waiting room now, and since when; nothing once their tab is closed. */
export function PatientWaits({ visit, brief = false }: PatientWaitsProps) {
  const { t } = useTranslation('visit');
  const { locale, zone } = useLocale();
  const since = usePatientWaits(visit.id);
  if (!since) return null;
  return (
    <span className={classes.waits} data-brief={brief || undefined}>
      <IconVideo size={16} aria-hidden="true" />
      <span>{t('waits.since', { time: formatTime(since, zone, locale) })}</span>
    </span>
  );
}
