import { useTranslation } from 'react-i18next';
import type { Status } from '@/api/types';
import classes from './Visit.module.css';

/** The status of a visit in the clinic's own words, on the same colour as in the day views. */
export function StaffStatus({ status }: { status: Status }) {
  const { t } = useTranslation('visit');
  return (
    <span className={classes.status} data-status={status}>
      {t(`status.${status}`)}
    </span>
  );
}
