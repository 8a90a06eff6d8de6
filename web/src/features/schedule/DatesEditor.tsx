import { Button, Card, Group, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { Calendar } from '@mantine/dates';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Hours } from '@/api/schedule';
import { isoWeekday, type PlainDate } from '@/lib/dates';
import { dateOf, formatDate } from '@/lib/time';
import { useLocale } from '@/ui/useLocale';
import { type DateKind, type Draft, kindOf, nextHours, on, removed, replace, setDateHours, setKind } from './draft';
import { useEditing } from './EditingContext';
import { HoursRow } from './Rows';
import { useUsual } from './useUsual';
import classes from './Schedule.module.css';

const KINDS: DateKind[] = ['usual', 'special', 'holiday'];

/** Dates that are not like every week: holidays, and days with hours of their own. */
export function DatesEditor() {
  const { t } = useTranslation('schedule');
  const { draft } = useEditing();
  const today = dateOf(new Date(), draft.time_zone);
  const [date, setDate] = useState<PlainDate>(today);
  return (
    <div className={classes.dates}>
      <Card padding="md">
        <DateCalendar date={date} today={today} onDate={setDate} />
        <ul className={classes.legend}>
          <li data-kind="special">{t('kind.special')}</li>
          <li data-kind="holiday">{t('kind.holiday')}</li>
        </ul>
      </Card>
      <Stack gap="md">
        <OneDate key={date} date={date} />
        <Coming date={date} today={today} onDate={setDate} />
      </Stack>
    </div>
  );
}

function DateCalendar({ date, today, onDate }: { date: PlainDate; today: PlainDate; onDate: (date: PlainDate) => void }) {
  const { t } = useTranslation('schedule');
  const { locale } = useLocale();
  const { draft } = useEditing();
  const named = (day: PlainDate) => {
    const words = formatDate(day, locale, { dateStyle: 'full' });
    const kind = kindOf(draft, day);
    return kind === 'usual' ? words : t('dateIs', { date: words, kind: t(`kind.${kind}`) });
  };
  return (
    <Calendar
      size="md"
      fullWidth
      defaultDate={date}
      minDate={today}
      weekendDays={[]}
      hideOutsideDates
      ariaLabels={{
        previousMonth: t('calendar.previousMonth'),
        nextMonth: t('calendar.nextMonth'),
        previousYear: t('calendar.previousYear'),
        nextYear: t('calendar.nextYear'),
        previousDecade: t('calendar.previousDecade'),
        nextDecade: t('calendar.nextDecade'),
      }}
      getDayProps={(day) => ({
        selected: day === date,
        onClick: () => onDate(day),
        'aria-label': named(day),
        'data-kind': kindOf(draft, day),
      })}
      classNames={{ day: classes.day ?? '' }}
    />
  );
}

function OneDate({ date }: { date: PlainDate }) {
  const { t } = useTranslation('schedule');
  const { locale } = useLocale();
  const { draft, change } = useEditing();
  const usual = useUsual();
  const kind = kindOf(draft, date);
  const name = formatDate(date, locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const hours = draft.overrides.find((one) => one.date === date)?.hours ?? [];
  const set = (to: Hours[]) => change(setDateHours(draft, date, to));
  return (
    <Card padding="md" component="section" aria-label={name}>
      <Title order={2} size="h3" mb="sm">
        {name}
      </Title>
      <SegmentedControl
        fullWidth
        aria-label={t('kindOf', { date: name })}
        value={kind}
        onChange={(value) => change(setKind(draft, date, value, weeklyOf(draft, date)))}
        data={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
      />
      {kind === 'usual' && <Usual date={date} />}
      {kind === 'holiday' && <Text mt="sm">{t('holidayText')}</Text>}
      {kind === 'special' && (
        <>
          {hours.length === 0 && (
            <Text mt="sm" c="dimmed">
              {t('specialClosed')}
            </Text>
          )}
          {hours.map((entry, index) => (
            <HoursRow
              key={index}
              name={t('hoursOf', { day: name, number: index + 1 })}
              where={`overrides.${date}.${index}`}
              hours={entry}
              onChange={(part) => set(replace(hours, index, part))}
              onRemove={() => set(removed(hours, index))}
            />
          ))}
          <Button
            mt="sm"
            size="sm"
            variant="default"
            leftSection={<IconPlus size={16} aria-hidden="true" />}
            onClick={() => set([...hours, nextHours(hours, usual)])}
          >
            {t('addHours')}
          </Button>
        </>
      )}
    </Card>
  );
}

/** The hours the date would have as one of its weekday. */
function weeklyOf(draft: Draft, date: PlainDate): Hours[] {
  return on(draft.weekly, isoWeekday(date)).map(({ entry: { weekday: _, ...hours } }) => hours);
}

function Usual({ date }: { date: PlainDate }) {
  const { t } = useTranslation('schedule');
  const { draft } = useEditing();
  const hours = weeklyOf(draft, date);
  const words = hours.map(({ start, end }) => `${start} – ${end}`).join(', ');
  return (
    <Text mt="sm" c="dimmed">
      {words ? t('usualHours', { hours: words }) : t('usualClosed')}
    </Text>
  );
}

function Coming({ date, today, onDate }: { date: PlainDate; today: PlainDate; onDate: (date: PlainDate) => void }) {
  const { t } = useTranslation('schedule');
  const { locale } = useLocale();
  const { draft } = useEditing();
  const special = draft.overrides.map((one) => ({ ...one, words: one.hours.map(({ start, end }) => `${start} – ${end}`).join(', ') || t('closed') }));
  const holidays = draft.holidays.map((day) => ({ date: day, words: t('kind.holiday') }));
  const coming = [...special, ...holidays].filter((one) => one.date >= today).sort((a, b) => a.date.localeCompare(b.date));
  return (
    <Card padding="md" component="section" aria-label={t('coming')}>
      <Title order={2} size="h3" mb="xs">
        {t('coming')}
      </Title>
      {coming.length === 0 && <Text c="dimmed">{t('noneComing')}</Text>}
      <ul className={classes.coming}>
        {coming.map((one) => (
          <li key={one.date}>
            <Group justify="space-between" wrap="nowrap">
              <span>
                <Text span fw={600} display="block">
                  {formatDate(one.date, locale, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })}
                </Text>
                <Text span size="sm" c="dimmed">
                  {one.words}
                </Text>
              </span>
              <Button
                size="sm"
                variant="subtle"
                aria-current={one.date === date || undefined}
                aria-label={t('editDate', { date: formatDate(one.date, locale, { dateStyle: 'long' }) })}
                onClick={() => onDate(one.date)}
              >
                {t('edit')}
              </Button>
            </Group>
          </li>
        ))}
      </ul>
    </Card>
  );
}
