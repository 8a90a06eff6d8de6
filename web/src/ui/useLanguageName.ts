import { useTranslation } from 'react-i18next';
import { languageName } from '@/lib/names';
import { useLocale } from '@/ui/useLocale';

/** Names a language in the person's own. Browsers do not know the names of sign languages; the catalogue does. */
export function useLanguageName(): (code: string) => string {
  const { t, i18n } = useTranslation('ui');
  const { language } = useLocale();
  return (code) => {
    const key = `signLanguage.${code}`;
    return i18n.exists(key, { ns: 'ui' }) ? t(key as 'signLanguage.ase') : languageName(code, language);
  };
}
