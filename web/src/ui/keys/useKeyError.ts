import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/errors';
import { useErrorText } from '@/ui/useErrorText';
import { NoPrf, WrongPhrase } from './making';

/** Words for what went wrong with keys; the browser's refusals are no errors of ours. */
export function useKeyError(): (error: unknown) => string {
  const { t } = useTranslation('keys');
  const errorText = useErrorText();
  return (error) => {
    if (error instanceof ApiError) return errorText(error);
    if (error instanceof WrongPhrase) return t('errors.phrase');
    if (error instanceof NoPrf) return t('errors.noPrf');
    if (error instanceof DOMException && error.name === 'NotAllowedError') return t('errors.turnedAway');
    if (error instanceof DOMException && error.name === 'SecurityError') return t('errors.address');
    return t('errors.browser');
  };
}
