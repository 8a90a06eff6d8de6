import { Button } from '@mantine/core';
import { IconCalendarOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { VisitType } from '@/api/types';
import { addDays, type PlainDate } from '@/lib/dates';
import { formatDate } from '@/lib/time';
import { EmptyState } from '@/ui/States';
import { useLocale } from '@/ui/useLocale';

interface NoSlotsProps {
  visitType: VisitType;
  from: PlainDate;
  to: PlainDate;
  today: PlainDate;
  searching: boolean;
  /** True when a search found nothing in the whole booking window. */
  nothingAtAll: boolean;
  onFirstFree: () => void;
}

/** Nothing is free on the days shown: says the likely why, and leads to the first free time. */
export function NoSlots({ visitType, from, to, today, searching, nothingAtAll, onFirstFree }: NoSlotsProps) {
  const { t } = useTranslation('ui');
  const { locale } = useLocale();
  const day = (date: PlainDate) => formatDate(date, locale, { day: 'numeric', month: 'long' });
  const jump = (
    <Button variant="light" loading={searching} onClick={onFirstFree}>
      {t('slots.firstFree')}
    </Button>
  );
  return (
    <EmptyState
      icon={IconCalendarOff}
      title={t('slots.none', { from: day(from), to: day(to) })}
      text={nothingAtAll ? t('slots.nothingAtAll', { count: visitType.booking_window_days }) : <Why />}
      action={nothingAtAll ? undefined : jump}
    />
  );

  function Why() {
    if (from > addDays(today, visitType.booking_window_days)) {
      return <>{t('slots.whyNoneWindow', { name: visitType.name, count: visitType.booking_window_days })}</>;
    }
    const notice = visitType.minimum_notice_minutes;
    const tooSoon = notice >= 24 * 60 && from <= addDays(today, Math.floor(notice / (24 * 60)));
    return (
      <>
        {t('slots.whyNoneFull')}
        {tooSoon &&
          ` ${t('slots.whyNoneNotice', { notice: t('notice.days', { count: Math.round(notice / (24 * 60)) }) })}`}
      </>
    );
  }
}
