import { Button, CloseButton, Group, Input, NumberInput, Select, Stack, Text } from '@mantine/core';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

const UNITS = { minutes: 1, hours: 60, days: 1440 } as const;
type Unit = keyof typeof UNITS;
const MOST = 10;

interface OffsetsProps {
  label: string;
  value?: number[];
  onChange?: (offsets: number[]) => void;
  error?: unknown;
}

/** Minutes before a visit in their largest whole unit: 1440 is a day. */
export function inUnits(minutes: number): { count: number; unit: Unit } {
  const unit = (['days', 'hours'] as const).find((one) => minutes % UNITS[one] === 0) ?? 'minutes';
  return { count: minutes / UNITS[unit], unit };
}

/** How long before a visit one is reminded; any others can be added. */
export function Offsets({ label, value = [], onChange = () => undefined }: OffsetsProps) {
  const { t } = useTranslation('messages');
  const id = useId();
  const [count, setCount] = useState<string | number>(1);
  const [unit, setUnit] = useState<Unit>('hours');
  const words = (minutes: number) => {
    const found = inUnits(minutes);
    return t(`offset.${found.unit}`, { count: found.count });
  };
  const added = Math.round(Number(count) * UNITS[unit]);
  const add = () => onChange([...new Set([...value, added])].sort((a, b) => b - a));
  return (
    <div role="group" aria-labelledby={id}>
      <Input.Label id={id} component="div">
        {label}
      </Input.Label>
      <Stack gap="xs" mt="xs">
        {value.length === 0 && <Text c="dimmed">{t('offset.none')}</Text>}
        {value.map((minutes) => (
          <Group key={minutes} gap="xs">
            <CloseButton
              size="lg"
              aria-label={t('offset.remove', { when: words(minutes) })}
              onClick={() => onChange(value.filter((one) => one !== minutes))}
            />
            <Text>{words(minutes)}</Text>
          </Group>
        ))}
        <Group align="flex-end" gap="xs">
          <NumberInput
            label={t('offset.count')}
            min={1}
            max={999}
            allowDecimal={false}
            w="6rem"
            value={count}
            onChange={setCount}
          />
          <Select
            aria-label={t('offset.unit')}
            data={(Object.keys(UNITS) as Unit[]).map((one) => ({ value: one, label: t(`offset.units.${one}`) }))}
            allowDeselect={false}
            w="8rem"
            value={unit}
            onChange={(one) => setUnit(one ?? 'hours')}
          />
          <Button
            variant="default"
            onClick={add}
            disabled={value.length >= MOST || added < 5 || added > 40_320}
          >
            {t('offset.add')}
          </Button>
        </Group>
      </Stack>
    </div>
  );
}
