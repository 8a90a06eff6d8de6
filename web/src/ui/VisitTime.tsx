import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatDay, formatTimeRange, sameClock } from '@/lib/time';
import { useLocale } from '@/ui/useLocale';
import { useZoneName } from '@/ui/useZoneName';

interface VisitTimeProps {
  start: string;
  end: string;
  /** The zone of the place or provider. Where its clock differs, that time is told too. */
  placeZone: string;
  size?: 'md' | 'lg';
}

/** When a visit is: day and time in the person's zone and, where clocks differ, at the place as well. */
export function VisitTime({ start, end, placeZone, size = 'md' }: VisitTimeProps) {
  const { t } = useTranslation('ui');
  const { locale, zone } = useLocale();
  const zoneName = useZoneName();
  const differs = !sameClock(zone, placeZone, start);
  const there = {
    time: formatTimeRange(start, end, placeZone, locale),
    day: formatDay(start, placeZone, locale),
    zone: zoneName(placeZone, start),
  };
  const otherDay = formatDay(start, zone, locale) !== there.day;
  return (
    <div>
      <Text fw={650} size={size} component="time" dateTime={start} display="block">
        {formatDay(start, zone, locale, true)}
      </Text>
      <Text size={size}>
        {formatTimeRange(start, end, zone, locale)}
        {differs && ` · ${zoneName(zone, start)}`}
      </Text>
      {differs && (
        <Text size="sm" c="dimmed">
          {otherDay ? t('zone.thereOnDay', there) : t('zone.there', there)}
        </Text>
      )}
    </div>
  );
}
