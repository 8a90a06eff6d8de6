import { useTranslation } from 'react-i18next';
import type { Appointment } from '@/api/types';
import { formatDay, formatTimeRange } from '@/lib/time';
import { useLocale } from '@/ui/useLocale';

/** One sentence that names a visit: "Thursday 3 December, 14:30 – 15:00, Ana Whitfield, Follow-up, video, confirmed". */
export function useVisitWords(): (visit: Appointment) => string {
  const { t } = useTranslation(['visit', 'ui']);
  const { locale, zone } = useLocale();
  return (visit) =>
    t('visit:named', {
      day: formatDay(visit.start, zone, locale),
      time: formatTimeRange(visit.start, visit.end, zone, locale),
      patient: visit.patient.name,
      type: visit.visit_type.name,
      mode: t(`ui:modeInSentence.${visit.mode}`),
      status: t(`visit:status.${visit.status}`),
    });
}
