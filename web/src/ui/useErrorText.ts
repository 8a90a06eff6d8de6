import { useTranslation } from 'react-i18next';
import { codeOf } from '@/api/errors';

/** Turns any thrown thing into words of the person's language: the one place where error codes become sentences. */
export function useErrorText(): (error: unknown) => string {
  const { t, i18n } = useTranslation('ui');
  return (error) => {
    const key = `errors.${codeOf(error)}`;
    return i18n.exists(key, { ns: 'ui' }) ? t(key as 'errors.unexpected') : t('errors.unexpected');
  };
}
