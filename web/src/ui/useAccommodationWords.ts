import { useTranslation } from 'react-i18next';
import type { Accommodations } from '@/api/types';
import { useLanguageName } from '@/ui/useLanguageName';

/** What a patient asked for, as short phrases; empty when nothing. */
export function useAccommodationWords(): (asked: Accommodations) => string[] {
  const { t } = useTranslation('ui');
  const nameOf = useLanguageName();
  const interpreter = (value: Accommodations['interpreter']) => {
    if (!value) return null;
    if (value === true) return t('accommodation.interpreter');
    return t('accommodation.interpreterFor', { language: nameOf(value) });
  };
  return (asked) =>
    [
      asked.language ? t('accommodation.language', { language: nameOf(asked.language) }) : null,
      interpreter(asked.interpreter),
      asked.wheelchair_access ? t('accommodation.wheelchair_access') : null,
      asked.longer_time ? t('accommodation.longer_time') : null,
      asked.companion ? t('accommodation.companion') : null,
      asked.notes ?? null,
    ].filter((words): words is string => Boolean(words));
}
