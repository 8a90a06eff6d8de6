import { Group } from '@mantine/core';
import { IconBuildingHospital, IconPhone, IconVideo } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Mode, Status } from '@/api/types';
import classes from './Status.module.css';

const MODE_ICONS = { 'in-person': IconBuildingHospital, telehealth: IconVideo, phone: IconPhone };

/** The icon of a way of meeting; always beside its word, so it says nothing to a screen reader. */
export function ModeIcon({ mode, size = 18 }: { mode: Mode; size?: number }) {
  const Icon = MODE_ICONS[mode];
  return <Icon size={size} stroke={1.7} aria-hidden="true" />;
}

/** "Video" with its icon. */
export function ModeLabel({ mode }: { mode: Mode }) {
  const { t } = useTranslation('ui');
  return (
    <Group gap={6} wrap="nowrap" component="span">
      <ModeIcon mode={mode} />
      <span>{t(`mode.${mode}`)}</span>
    </Group>
  );
}

const TONES: Record<Status, string | undefined> = {
  requested: classes.waiting,
  scheduled: undefined,
  confirmed: classes.sure,
  rescheduled: classes.waiting,
  'checked-in': classes.here,
  'in-progress': classes.here,
  completed: classes.over,
  cancelled: classes.lost,
  'no-show': classes.lost,
};

/** The status in words on a soft ground. Colour only repeats what the word says. */
export function StatusBadge({ status }: { status: Status }) {
  const { t } = useTranslation('ui');
  return <span className={`${classes.badge ?? ''} ${TONES[status] ?? ''}`}>{t(`status.${status}`)}</span>;
}
