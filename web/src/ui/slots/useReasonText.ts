import { useTranslation } from 'react-i18next';

/** Turns a code of why a time is not offered into a sentence. */
export function useReasonText(): (code: string) => string {
  const { t, i18n } = useTranslation('ui');
  return (code) => {
    const key = `reason.${code}`;
    return i18n.exists(key, { ns: 'ui' }) ? t(key as 'reason.unknown') : t('reason.unknown');
  };
}
