import { useTranslation } from 'react-i18next';
import { CONTRASTS, LANGUAGES, preferredLanguage, TEXT_SIZES, THEMES, usePreferences } from '@/lib/preferences';
import { Choice } from './Choice';
import { useSavePreference } from './useSavePreference';

/** Colours, contrast and text size. */
export function LookControls() {
  const { t } = useTranslation('preferences');
  const { theme, contrast, textSize } = usePreferences();
  const save = useSavePreference();
  return (
    <>
      <Choice
        label={t('theme.label')}
        value={theme}
        options={THEMES.map((value) => ({ value, label: t(`theme.${value}`) }))}
        onChange={(value) => save({ theme: value })}
      />
      <Choice
        label={t('contrast.label')}
        value={contrast}
        options={CONTRASTS.map((value) => ({ value, label: t(`contrast.${value}`) }))}
        onChange={(value) => save({ contrast: value })}
      />
      <Choice
        label={t('textSize.label')}
        value={String(textSize)}
        options={TEXT_SIZES.map((size) => ({ value: String(size), label: t('textSize.value', { percent: size }) }))}
        onChange={(value) => save({ textSize: TEXT_SIZES.find((size) => String(size) === value) ?? 100 })}
      />
    </>
  );
}

/** The language of the words, each named in itself. */
export function LanguageControl() {
  const { t } = useTranslation('preferences');
  const preferences = usePreferences();
  const save = useSavePreference();
  return (
    <Choice
      label={t('language')}
      value={preferredLanguage(preferences)}
      options={LANGUAGES.map((value) => ({ value, label: t(`languageNames.${value}`) }))}
      onChange={(language) => save({ language })}
    />
  );
}
