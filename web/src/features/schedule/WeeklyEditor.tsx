import { Button, Card, Group, Stack, Text } from '@mantine/core';
import { IconCoffee, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useWeekdayName } from '@/ui/useWeekdayName';
import { CopyDay } from './CopyDay';
import { DayStrip } from './DayStrip';
import { addBreak, addHours, copyDay, on, removed, replace, WEEKDAYS } from './draft';
import { useEditing } from './EditingContext';
import { BreakRow, HoursRow } from './Rows';
import { useUsual } from './useUsual';
import classes from './Schedule.module.css';

/** The hours of every week, a card a weekday. */
export function WeeklyEditor() {
  return (
    <Stack gap="sm">
      {WEEKDAYS.map((weekday) => (
        <Day key={weekday} weekday={weekday} />
      ))}
    </Stack>
  );
}

function Day({ weekday }: { weekday: number }) {
  const { t } = useTranslation('schedule');
  const { draft, change } = useEditing();
  const usual = useUsual();
  const name = useWeekdayName()(weekday);
  const hours = on(draft.weekly, weekday);
  const breaks = on(draft.breaks, weekday);
  const open = hours.length > 0;
  return (
    <Card padding="md" component="section" aria-label={name}>
      <div className={classes.dayHead}>
        <h2 className={classes.dayName}>{name}</h2>
        <DayStrip hours={hours.map(({ entry }) => entry)} breaks={breaks.map(({ entry }) => entry)} />
        {!open && <Text c="dimmed">{t('closed')}</Text>}
      </div>
      {hours.map(({ index, entry }, at) => (
        <HoursRow
          key={index}
          name={t('hoursOf', { day: name, number: at + 1 })}
          where={`weekly.${index}`}
          hours={entry}
          onChange={(part) => change({ ...draft, weekly: replace(draft.weekly, index, part) })}
          onRemove={() => change({ ...draft, weekly: removed(draft.weekly, index) })}
        />
      ))}
      {breaks.map(({ index, entry }, at) => (
        <BreakRow
          key={index}
          name={t('breakOf', { day: name, number: at + 1 })}
          where={`breaks.${index}`}
          pause={entry}
          onChange={(part) => change({ ...draft, breaks: replace(draft.breaks, index, part) })}
          onRemove={() => change({ ...draft, breaks: removed(draft.breaks, index) })}
        />
      ))}
      <Group gap="xs" mt={open ? 'sm' : 'xs'}>
        <Button
          size="sm"
          variant="default"
          leftSection={<IconPlus size={16} aria-hidden="true" />}
          aria-label={t('addHoursOn', { day: name })}
          onClick={() => change(addHours(draft, weekday, usual))}
        >
          {t('addHours')}
        </Button>
        {open && (
          <Button
            size="sm"
            variant="default"
            leftSection={<IconCoffee size={16} aria-hidden="true" />}
            aria-label={t('addBreakOn', { day: name })}
            onClick={() => change(addBreak(draft, weekday))}
          >
            {t('addBreak')}
          </Button>
        )}
        {open && <CopyDay weekday={weekday} onCopy={(to) => change(copyDay(draft, weekday, to))} />}
      </Group>
    </Card>
  );
}
