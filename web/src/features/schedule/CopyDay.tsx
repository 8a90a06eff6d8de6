import { Button, Checkbox, Group, Popover, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useWeekdayName } from '@/ui/useWeekdayName';
import { WEEKDAYS } from './draft';

const WORKING_DAYS = [1, 2, 3, 4, 5];

/** Copies a weekday's hours and breaks to others, instead of what they have. */
export function CopyDay({ weekday, onCopy }: { weekday: number; onCopy: (to: number[]) => void }) {
  const { t } = useTranslation('schedule');
  const weekdayName = useWeekdayName();
  const [opened, { toggle, close }] = useDisclosure(false);
  const others = WEEKDAYS.filter((one) => one !== weekday);
  const [chosen, setChosen] = useState<number[]>(others.filter((one) => WORKING_DAYS.includes(one)));
  const name = weekdayName(weekday);
  return (
    <Popover opened={opened} onChange={toggle} onDismiss={close} trapFocus shadow="lg" position="bottom-start" width={260}>
      <Popover.Target>
        <Button
          size="sm"
          variant="default"
          leftSection={<IconCopy size={16} aria-hidden="true" />}
          aria-label={t('copy.from', { day: name })}
          aria-expanded={opened}
          onClick={toggle}
        >
          {t('copy.open')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('copy.from', { day: name })}>
        <Stack gap="sm">
          {others.map((one) => (
            <Checkbox
              key={one}
              size="md"
              label={weekdayName(one)}
              checked={chosen.includes(one)}
              onChange={(event) =>
                setChosen(event.currentTarget.checked ? [...chosen, one] : chosen.filter((day) => day !== one))
              }
            />
          ))}
          <Group justify="flex-end">
            <Button
              size="sm"
              disabled={chosen.length === 0}
              onClick={() => {
                onCopy(chosen);
                close();
              }}
            >
              {t('copy.do')}
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
