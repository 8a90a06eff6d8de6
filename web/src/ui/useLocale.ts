import { useTranslation } from 'react-i18next';
import { isOneOf, type Language, LANGUAGES, preferredZone, usePreferences } from '@/lib/preferences';
import { localeFor } from '@/lib/time';

/** What formatting needs: the language, its local variety, and the zone times are shown in. */
export function useLocale(): { language: Language; locale: string; zone: string } {
  const { i18n } = useTranslation();
  const preferences = usePreferences();
  const language = isOneOf(LANGUAGES, i18n.language) ? i18n.language : 'en';
  return { language, locale: localeFor(language), zone: preferredZone(preferences) };
}
