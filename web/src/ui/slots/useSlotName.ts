import { useTranslation } from 'react-i18next';
import type { Slot } from '@/api/types';
import { formatDay, formatTime, minutesBetween, sameClock } from '@/lib/time';
import { useLocale } from '@/ui/useLocale';
import { useZoneName } from '@/ui/useZoneName';

/** The full name of a time: "Thursday 3 December, 14:30, 30 minutes, video", with the zone when it is not the place's. */
export function useSlotName(): (slot: Slot, placeZone?: string) => string {
  const { t } = useTranslation('ui');
  const { locale, zone } = useLocale();
  const zoneName = useZoneName();
  return (slot, placeZone) => {
    const facts = {
      day: formatDay(slot.start, zone, locale),
      time: formatTime(slot.start, zone, locale),
      minutes: minutesBetween(slot.start, slot.end),
      mode: t(`modeInSentence.${slot.mode}`),
    };
    const differs = placeZone !== undefined && !sameClock(zone, placeZone, slot.start);
    return differs ? t('slots.slotInZone', { ...facts, zone: zoneName(zone, slot.start) }) : t('slots.slot', facts);
  };
}
