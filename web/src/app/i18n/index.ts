import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { getPreferences, type Language, onPreferences, preferredLanguage } from '@/lib/preferences';

type Catalogues = Record<string, object>;

const LOADERS: Record<Language, () => Promise<{ default: Catalogues }>> = {
  en: () => import('./en'),
  es: () => import('./es'),
};

/** Starts the catalogues in the preferred language and follows later changes of it. */
export async function startI18n(): Promise<void> {
  const language = preferredLanguage();
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: (await LOADERS[language]()).default },
    defaultNS: 'ui',
    interpolation: { escapeValue: false }, // React escapes what it renders.
    returnNull: false,
  });
  document.documentElement.lang = language;
  onPreferences(() => void changeLanguage(preferredLanguage(getPreferences())));
}

async function changeLanguage(language: Language): Promise<void> {
  if (language === i18next.language) return;
  if (!i18next.hasResourceBundle(language, 'ui')) {
    const catalogues = (await LOADERS[language]()).default;
    for (const [namespace, words] of Object.entries(catalogues)) i18next.addResourceBundle(language, namespace, words);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
