import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/errors';
import { useErrorText } from '@/ui/useErrorText';

/** Words for what went wrong with a passkey: the browser's refusals are no errors of ours. */
export function usePasskeyError(): (error: unknown) => string {
  const { t } = useTranslation('security');
  const errorText = useErrorText();
  return (error) => {
    if (error instanceof ApiError || !(error instanceof Error)) return errorText(error);
    if (error.name === 'InvalidStateError') return t('passkeys.there');
    if (error.name === 'SecurityError') return t('passkeys.wrongAddress');
    return t('passkeys.cancelled');
  };
}
