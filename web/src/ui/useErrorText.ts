import { useTranslation } from 'react-i18next';
import { ApiError, codeOf } from '@/api/errors';

/** Turns any thrown thing into words of the person's language: the one place where error codes become sentences. */
export function useErrorText(): (error: unknown) => string {
  const { t, i18n } = useTranslation('ui');
  return (error) => {
    const code = codeOf(error);
    const because = error instanceof ApiError && typeof error.problem.because === 'string' ? error.problem.because : '';
    // Some errors have words for each of their reasons; the code alone is said where a reason has none.
    const keys = [`errors.${code}_because_${because}`, `errors.${code}`];
    const key = keys.find((one) => i18n.exists(one, { ns: 'ui' })) ?? 'errors.unexpected';
    return t(key as 'errors.unexpected');
  };
}
