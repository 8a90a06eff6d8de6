import { useTranslation } from 'react-i18next';
import type { Appointment } from '@/api/types';
import { formatDay, formatTime } from '@/lib/time';
import { useLocale } from '@/ui/useLocale';

/** A visit in one phrase, for the names of the buttons that act on it. */
export function useVisitName(): (visit: Appointment) => string {
  const { t } = useTranslation('visits');
  const { locale, zone } = useLocale();
  return (visit) =>
    t('visitName', {
      type: visit.visit_type.name,
      name: visit.provider.name,
      day: formatDay(visit.start, zone, locale),
      time: formatTime(visit.start, zone, locale),
    });
}
