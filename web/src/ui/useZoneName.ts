import { useTranslation } from 'react-i18next';
import { zoneParts } from '@/lib/time';
import { useLocale } from '@/ui/useLocale';

/** Names zones as people say them: "New York time (GMT-5)". */
export function useZoneName(): (zone: string, at?: string | Date) => string {
  const { t } = useTranslation('ui');
  const { locale } = useLocale();
  return (zone, at = new Date()) => t('zone.named', zoneParts(zone, at, locale));
}
