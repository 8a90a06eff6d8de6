import { UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Appointment } from '@/api/types';
import { formatTime, minutesBetween } from '@/lib/time';
import { ModeIcon } from '@/ui/Facts';
import { useLocale } from '@/ui/useLocale';
import { Unread } from '@/ui/chat/Unread';
import { PatientLate } from './PatientLate';
import { PatientWaits } from './PatientWaits';
import { StaffStatus } from './StaffStatus';
import classes from './Visit.module.css';

interface VisitRowProps {
  visit: Appointment;
  /** Whether the row says who the provider is, as in the list of a whole clinic. */
  withProvider?: boolean;
  onOpen: (id: string) => void;
}

/** One visit in a list of a day. */
export function VisitRow({ visit, withProvider = false, onOpen }: VisitRowProps) {
  const { t } = useTranslation(['visit', 'ui']);
  const { locale, zone } = useLocale();
  const where = visit.room?.name ?? visit.location?.name;
  return (
    <UnstyledButton className={classes.row} data-status={visit.status} onClick={() => onOpen(visit.id)}>
      <span className={classes.rowTime}>
        {formatTime(visit.start, zone, locale)}
        <span className={classes.quiet}>{t('visit:minutes', { count: minutesBetween(visit.start, visit.end) })}</span>
      </span>
      <span className={classes.rowMain}>
        <span className={classes.rowName}>{visit.patient.name}</span>
        <span className={classes.quiet}>
          {withProvider ? `${visit.visit_type.name} · ${visit.provider.name}` : visit.visit_type.name}
        </span>
        <span className={classes.rowFacts}>
          <ModeIcon mode={visit.mode} size={16} />
          {t(`ui:mode.${visit.mode}`)}
          {where && ` · ${where}`}
        </span>
        <PatientWaits visit={visit} />
        <PatientLate visit={visit} />
      </span>
      <StaffStatus status={visit.status} />
      <Unread roomId={visit.id} />
    </UnstyledButton>
  );
}
