import { Select, type SelectProps } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { deviceZone } from '@/lib/preferences';
import { useZoneName } from '@/ui/useZoneName';

interface ZoneSelectProps extends Omit<SelectProps, 'data' | 'value' | 'onChange'> {
  value: string;
  onChange: (zone: string) => void;
  /** Zones worth having on top, such as the clinic's. */
  first?: string[];
}

/** Picks a time zone out of all that the browser knows, by typing a part of its name. */
export function ZoneSelect({ value, onChange, first = [], ...props }: ZoneSelectProps) {
  const { t } = useTranslation('ui');
  const zoneName = useZoneName();
  const zones = useMemo(() => {
    const top = [...new Set([value, deviceZone(), ...first])];
    const rest = Intl.supportedValuesOf('timeZone').filter((zone) => !top.includes(zone));
    return [...top, ...rest];
  }, [value, first]);
  const data = useMemo(() => zones.map((zone) => ({ value: zone, label: zoneName(zone) })), [zones, zoneName]);
  return (
    <Select
      label={t('zone.choose')}
      searchable
      allowDeselect={false}
      limit={60}
      maxDropdownHeight={320}
      nothingFoundMessage={t('zone.nothing')}
      {...props}
      data={data}
      value={value}
      onChange={(zone) => zone && onChange(zone)}
    />
  );
}
