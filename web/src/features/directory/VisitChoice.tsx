import { Group, Radio, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Mode, VisitType } from '@/api/types';
import { formatMoney } from '@/lib/money';
import { ModeLabel } from '@/ui/Facts';
import { useLocale } from '@/ui/useLocale';
import classes from './Provider.module.css';

interface VisitTypeChoiceProps {
  types: VisitType[];
  value: string;
  onChange: (id: string) => void;
}

/** Which kind of visit: each with how long it takes and what it costs. */
export function VisitTypeChoice({ types, value, onChange }: VisitTypeChoiceProps) {
  const { t } = useTranslation(['directory', 'ui']);
  const { locale } = useLocale();
  return (
    <Radio.Group label={t('directory:provider.visitType')} size="md" value={value} onChange={onChange}>
      <Stack gap="xs" mt="xs">
        {types.map((type) => (
          <Radio.Card key={type.id} value={type.id} className={classes.option} aria-label={type.name}>
            <Group wrap="nowrap" align="flex-start" gap="sm">
              <Radio.Indicator mt={3} />
              <div style={{ flex: 1, minWidth: 0 }}>
                <Group justify="space-between" gap="xs" wrap="nowrap" align="baseline">
                  <Text fw={600}>{type.name}</Text>
                  <Text size="sm" fw={550} style={{ whiteSpace: 'nowrap' }}>
                    {type.price && formatMoney(type.price, locale)}
                  </Text>
                </Group>
                <Text size="sm" c="dimmed">
                  {[t('ui:minutes', { count: type.duration_minutes }), type.description].filter(Boolean).join(' · ')}
                </Text>
              </div>
            </Group>
          </Radio.Card>
        ))}
      </Stack>
    </Radio.Group>
  );
}

interface ModeChoiceProps {
  modes: Mode[];
  value: Mode;
  onChange: (mode: Mode) => void;
}

/** How to meet. */
export function ModeChoice({ modes, value, onChange }: ModeChoiceProps) {
  const { t } = useTranslation(['directory', 'ui']);
  return (
    <Radio.Group
      label={t('directory:provider.mode')}
      size="md"
      value={value}
      onChange={(next) => {
        const mode = modes.find((one) => one === next);
        if (mode) onChange(mode);
      }}
    >
      <Stack gap="xs" mt="xs">
        {modes.map((mode) => (
          <Radio.Card key={mode} value={mode} className={classes.option} aria-label={t(`ui:mode.${mode}`)}>
            <Group wrap="nowrap" gap="sm">
              <Radio.Indicator />
              <Text fw={600} component="div">
                <ModeLabel mode={mode} />
              </Text>
            </Group>
          </Radio.Card>
        ))}
      </Stack>
    </Radio.Group>
  );
}
