import { Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { visitTypesQuery } from '@/api/providers';
import { previewQuery } from '@/api/schedule';
import type { SlotDays } from '@/api/types';
import { addDays, type PlainDate } from '@/lib/dates';
import { dateOf, formatDate, formatTime } from '@/lib/time';
import { DaySwitcher } from '@/ui/DaySwitcher';
import { ErrorState, Loading } from '@/ui/States';
import { useLocale } from '@/ui/useLocale';
import { useEditing } from './EditingContext';
import classes from './Schedule.module.css';

const TYPING_MS = 350;

/** The times that patients would be offered in a week, if the hours were saved as they stand. */
export function Preview({ sound }: { sound: boolean }) {
  const { t } = useTranslation('schedule');
  const { draft, provider } = useEditing();
  const [body] = useDebouncedValue(draft, TYPING_MS);
  const types = useQuery(visitTypesQuery(provider.id));
  const [chosen, setChosen] = useState<string | null>(null);
  const today = dateOf(new Date(), draft.time_zone);
  const [from, setFrom] = useState<PlainDate>(today);
  const items = types.data?.items ?? [];
  const visitTypeId = chosen ?? types.data?.default_visit_type_id ?? items[0]?.id ?? '';
  const question = { from, to: addDays(from, 6), visitTypeId };
  const query = useQuery({
    ...previewQuery(provider.id, body, question),
    // Not while typing: what was typed a moment ago may have been faulty.
    enabled: sound && body === draft && visitTypeId !== '',
    placeholderData: keepPreviousData,
  });
  if (types.data && items.length === 0) return <Text c="dimmed">{t('preview.noTypes')}</Text>;
  return (
    <Stack gap="sm">
      <Select
        label={t('preview.type')}
        data={items.map(({ id, name }) => ({ value: id, label: name }))}
        value={visitTypeId || null}
        allowDeselect={false}
        onChange={setChosen}
      />
      <DaySwitcher date={from} today={today} step={7} onDate={setFrom} />
      {!sound && <Text c="dimmed">{t('preview.faulty')}</Text>}
      {sound && query.error && <ErrorState error={query.error} retry={() => void query.refetch()} />}
      {sound && !query.data && !query.error && <Loading rows={4} height={40} />}
      {sound && query.data && <Week week={query.data} busy={query.isPlaceholderData || body !== draft} />}
    </Stack>
  );
}

function Week({ week, busy }: { week: SlotDays; busy: boolean }) {
  const { t } = useTranslation('schedule');
  const { locale } = useLocale();
  const total = week.days.reduce((sum, { slots }) => sum + startsOf(slots).length, 0);
  return (
    <div aria-busy={busy} className={classes.week} data-busy={busy || undefined}>
      <Text size="sm" c="dimmed" aria-live="polite">
        {t('preview.total', { count: total })}
      </Text>
      <ol className={classes.previewDays}>
        {week.days.map(({ date, slots }) => (
          <li key={date}>
            <div className={classes.previewHead}>
              <strong>{formatDate(date, locale, { weekday: 'short', day: 'numeric', month: 'short' })}</strong>
              <span>{startsOf(slots).length || t('preview.none')}</span>
            </div>
            <div className={classes.chips}>
              {startsOf(slots).map((start) => (
                <span key={start}>{formatTime(start, week.time_zone, locale)}</span>
              ))}
            </div>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** The starts of a day; one that is offered in several ways of meeting counts once. */
function startsOf(slots: { start: string }[]): string[] {
  return [...new Set(slots.map(({ start }) => start))];
}
