import { IconClockExclamation } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Appointment } from '@/api/types';
import { formatTime } from '@/lib/time';
import { useLocale } from '@/ui/useLocale';
import classes from './Visit.module.css';

interface PatientLateProps {
  visit: Appointment;
  /** In a day view there is room for one line. */
  brief?: boolean;
}

/** That the patient said they will be late: how late, and when they said so. */
export function PatientLate({ visit: { patient_late: late }, brief = false }: PatientLateProps) {
  const { t } = useTranslation('visit');
  const { locale, zone } = useLocale();
  if (!late) return null;
  const since = t('late.since', { time: formatTime(late.said_at, zone, locale) });
  return (
    <span className={classes.late} data-brief={brief || undefined}>
      <IconClockExclamation size={16} aria-hidden="true" />
      <span>{`${t('late.patient', { count: late.minutes })}, ${since}`}</span>
    </span>
  );
}
