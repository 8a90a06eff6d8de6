import { ActionIcon, Button, SegmentedControl } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { addDays, type PlainDate } from '@/lib/dates';
import { formatDateRange } from '@/lib/time';
import { useLocale } from '@/ui/useLocale';
import classes from './Slots.module.css';

export type SlotView = 'week' | 'list';

interface SlotToolbarProps {
  from: PlainDate;
  to: PlainDate;
  first: PlainDate;
  last: PlainDate;
  view: SlotView;
  searching: boolean;
  onFrom: (date: PlainDate) => void;
  onView: (view: SlotView) => void;
  onFirstFree: () => void;
}

const STEP_DAYS = 7;

/** Which days are shown, and the ways to others. */
export function SlotToolbar(props: SlotToolbarProps) {
  const { t } = useTranslation('ui');
  const { locale } = useLocale();
  const { from, to, first, last } = props;
  const earlier = addDays(from, -STEP_DAYS);
  return (
    <div className={classes.toolbar}>
      <ActionIcon.Group>
        <ActionIcon
          size={44}
          variant="default"
          aria-label={t('slots.previous')}
          disabled={from <= first}
          onClick={() => props.onFrom(earlier < first ? first : earlier)}
        >
          <IconChevronLeft size={20} aria-hidden="true" />
        </ActionIcon>
        <ActionIcon
          size={44}
          variant="default"
          aria-label={t('slots.next')}
          disabled={to >= last}
          onClick={() => props.onFrom(addDays(from, STEP_DAYS))}
        >
          <IconChevronRight size={20} aria-hidden="true" />
        </ActionIcon>
      </ActionIcon.Group>
      <p className={classes.range} aria-live="polite">
        {formatDateRange(from, to, locale)}
      </p>
      <div className={classes.spring} />
      <Button variant="default" size="sm" loading={props.searching} onClick={props.onFirstFree}>
        {t('slots.firstFree')}
      </Button>
      <SegmentedControl
        aria-label={t('slots.view')}
        value={props.view}
        onChange={(view) => props.onView(view)}
        data={[
          { value: 'week', label: t('slots.week') },
          { value: 'list', label: t('slots.list') },
        ]}
        visibleFrom="sm"
      />
    </div>
  );
}
