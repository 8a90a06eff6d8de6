import { Checkbox, Select, SimpleGrid, Stack, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Accommodations } from '@/api/types';
import { languageName } from '@/lib/names';
import { useLocale } from '@/ui/useLocale';

/** Codes of ISO 639-3: American, British, Spanish and Mexican sign language. */
const SIGN_LANGUAGES = ['ase', 'bfi', 'ssp', 'mfs'];
const COMMON_LANGUAGES = ['en', 'es', 'fr', 'de', 'pt', 'zh', 'ar', 'hi', 'ru', 'vi'];
const SPOKEN = 'spoken';
const FLAGS = ['wheelchair_access', 'longer_time', 'companion'] as const;
const LONGEST_NOTE = 200;

interface NeedsFieldsProps {
  value: Accommodations;
  onChange: (value: Accommodations) => void;
}

/** What a patient needs, as the front desk writes it down. */
export function NeedsFields({ value, onChange }: NeedsFieldsProps) {
  const { t } = useTranslation(['visit', 'ui']);
  const { language } = useLocale();
  const named = (code: string) => ({ value: code, label: languageName(code, language) });
  const set = (change: { [K in keyof Accommodations]: Accommodations[K] | null }) => onChange(present({ ...value, ...change }));
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Select
          label={t('visit:needs.language')}
          placeholder={t('visit:needs.noLanguage')}
          data={COMMON_LANGUAGES.map(named)}
          clearable
          clearButtonProps={{ 'aria-label': t('visit:needs.noLanguage') }}
          value={value.language ?? null}
          onChange={(code) => set({ language: code })}
        />
        <Select
          label={t('visit:needs.interpreter')}
          placeholder={t('visit:needs.noInterpreter')}
          data={[{ value: SPOKEN, label: t('visit:needs.spoken') }, ...SIGN_LANGUAGES.map(named)]}
          clearable
          clearButtonProps={{ 'aria-label': t('visit:needs.noInterpreter') }}
          value={value.interpreter === true ? SPOKEN : (value.interpreter ?? null)}
          onChange={(code) => set({ interpreter: code === SPOKEN ? true : code })}
        />
      </SimpleGrid>
      {FLAGS.map((flag) => (
        <Checkbox
          key={flag}
          size="md"
          label={t(`ui:accommodation.${flag}`)}
          checked={value[flag] ?? false}
          onChange={(event) => set({ [flag]: event.currentTarget.checked || null })}
        />
      ))}
      <Textarea
        label={`${t('visit:needs.notes')} (${t('ui:optional')})`}
        autosize
        maxLength={LONGEST_NOTE}
        value={value.notes ?? ''}
        onChange={(event) => set({ notes: event.currentTarget.value || null })}
      />
    </Stack>
  );
}

/** Without what is not asked for, so that the visit records wishes only. */
function present(asked: Record<string, unknown>): Accommodations {
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== null && value !== undefined));
}
