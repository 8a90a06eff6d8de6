import { UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Appointment, type Status, STATUSES } from '@/api/types';
import { StaffStatus } from '@/ui/visit/StaffStatus';
import { tally } from './day';
import classes from './Desk.module.css';

interface StatusFilterProps {
  visits: Appointment[];
  status: Status | undefined;
  onStatus: (status: Status | undefined) => void;
}

/** How many visits stand where; each is a button that shows only those. */
export function StatusFilter({ visits, status, onStatus }: StatusFilterProps) {
  const { t } = useTranslation('frontdesk');
  const counts = tally(visits, STATUSES);
  if (status && !counts.some((one) => one.status === status)) counts.push({ status, count: 0 });
  return (
    <ul className={classes.statuses} aria-label={t('statuses')}>
      {counts.map((one) => (
        <li key={one.status}>
          <UnstyledButton
            className={classes.statusButton}
            aria-pressed={one.status === status}
            onClick={() => onStatus(one.status === status ? undefined : one.status)}
          >
            <StaffStatus status={one.status} />
            <strong>{one.count}</strong>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}
