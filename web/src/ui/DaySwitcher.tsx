import { ActionIcon, Button, Group, TextInput } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { addDays, isPlainDate, type PlainDate } from '@/lib/dates';

interface DaySwitcherProps {
  date: PlainDate;
  today: PlainDate;
  /** How many days the arrows go: 1 or 7. */
  step: number;
  onDate: (date: PlainDate) => void;
}

/** Goes through days or weeks: back, forth, today, or to a date. */
export function DaySwitcher({ date, today, step, onDate }: DaySwitcherProps) {
  const { t } = useTranslation('visit');
  const unit = step === 7 ? 'week' : 'day';
  return (
    <Group gap="xs" wrap="nowrap" maw="100%">
      <ActionIcon
        size={44}
        variant="default"
        aria-label={t(`day.previous.${unit}`)}
        onClick={() => onDate(addDays(date, -step))}
      >
        <IconChevronLeft size={20} aria-hidden="true" />
      </ActionIcon>
      <Button variant="default" px="sm" flex="none" onClick={() => onDate(today)} aria-pressed={date === today}>
        {t('day.today')}
      </Button>
      <ActionIcon
        size={44}
        variant="default"
        aria-label={t(`day.next.${unit}`)}
        onClick={() => onDate(addDays(date, step))}
      >
        <IconChevronRight size={20} aria-hidden="true" />
      </ActionIcon>
      <TextInput
        type="date"
        miw={0}
        flex={1}
        aria-label={t('day.go')}
        value={date}
        onChange={(event) => isPlainDate(event.currentTarget.value) && onDate(event.currentTarget.value)}
      />
    </Group>
  );
}
