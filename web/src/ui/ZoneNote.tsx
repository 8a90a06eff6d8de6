import { Button, Group, Popover, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconWorld } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { setPreferences } from '@/lib/preferences';
import { sameClock } from '@/lib/time';
import { useLocale } from '@/ui/useLocale';
import { useZoneName } from '@/ui/useZoneName';
import { ZoneSelect } from '@/ui/ZoneSelect';
import classes from './ZoneNote.module.css';

/** Says in which zone the times are, lets it be changed, and warns when the place's own clock shows another time. */
export function ZoneNote({ placeZone, at }: { placeZone?: string; at?: string }) {
  const { t } = useTranslation('ui');
  const { zone } = useLocale();
  const zoneName = useZoneName();
  const [opened, { toggle, close }] = useDisclosure(false);
  const moment = at ?? new Date();
  const differs = placeZone !== undefined && !sameClock(zone, placeZone, moment);
  return (
    <Group gap={6} wrap="wrap">
      <Text size="sm">
        <IconWorld size={18} stroke={1.7} aria-hidden="true" className={classes.icon} />
        {t('zone.shownIn', { zone: zoneName(zone, moment) })}
        {differs && ` ${t('zone.placeDiffers', { zone: zoneName(placeZone, moment) })}`}
      </Text>
      <Popover
        opened={opened}
        onChange={toggle}
        onDismiss={close}
        width={320}
        position="bottom-start"
        shadow="lg"
        trapFocus
      >
        <Popover.Target>
          <Button variant="subtle" size="compact-sm" onClick={toggle} aria-expanded={opened}>
            {t('zone.change')}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={t('zone.change')}>
          <ZoneSelect
            value={zone}
            {...(placeZone ? { first: [placeZone] } : {})}
            comboboxProps={{ withinPortal: false }}
            onChange={(timeZone) => {
              setPreferences({ timeZone });
              close();
            }}
          />
        </Popover.Dropdown>
      </Popover>
    </Group>
  );
}
