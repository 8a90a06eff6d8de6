import { Button, Card, Checkbox, Group, Select, SimpleGrid, Stack, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { delegationsQuery } from '@/api/delegates';
import { useUser } from '@/api/session';
import type { Accommodations, Provider } from '@/api/types';
import { useActingFor } from '@/ui/delegates/useActingFor';
import { useLanguageName } from '@/ui/useLanguageName';
import { saveDraft, useDraft } from './draft';
import classes from './Booking.module.css';

/** Codes of ISO 639-3: American, British, Spanish and Mexican sign language. */
const SIGN_LANGUAGES = ['ase', 'bfi', 'ssp', 'mfs'];
const COMMON_LANGUAGES = ['en', 'es', 'fr', 'de', 'pt', 'zh', 'ar', 'hi', 'ru', 'vi'];
const SPOKEN = 'spoken';
const FLAGS = ['wheelchair_access', 'longer_time', 'companion'] as const;
const LONGEST_REASON = 2000;
const LONGEST_NOTE = 200;

/** What the visit is for, and what the person needs. Kept while typing. */
export function DetailsForm({ provider, onDone }: { provider: Provider; onDone: () => void }) {
  const { t } = useTranslation(['booking', 'ui']);
  const draft = useDraft();
  return (
    <Card p={{ base: 'md', sm: 'xl' }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onDone();
        }}
      >
        <Stack gap="lg">
          <ForWhom />
          <Textarea
            label={`${t('booking:details.reason')} (${t('ui:optional')})`}
            description={t('booking:details.reasonHint')}
            autosize
            minRows={3}
            maxLength={LONGEST_REASON}
            value={draft.reason}
            onChange={(event) => saveDraft({ ...draft, reason: event.currentTarget.value })}
          />
          <Needs
            languages={[...new Set([...provider.languages, ...COMMON_LANGUAGES])]}
            value={draft.accommodations}
            onChange={(accommodations) => saveDraft({ ...draft, accommodations })}
          />
          <Group justify="flex-end">
            <Button type="submit" size="lg">
              {t('booking:details.continue')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

const ME = 'me';

/** Whose visit it is, for those who may act for somebody; and whether it is kept from those who act for the person. */
function ForWhom() {
  const { t } = useTranslation('delegates');
  const user = useUser();
  const draft = useDraft();
  const others = useActingFor('book');
  const { data } = useQuery({ ...delegationsQuery(), enabled: user !== null });
  const watched = data?.given.some(({ status }) => status === 'active') ?? false;
  const me = user?.patient_id ? [{ value: ME, label: t('forWhom.me') }] : [];
  return (
    <>
      {others.length > 0 && (
        <Select
          label={t('forWhom.label')}
          data={[...me, ...others.map(({ id, name }) => ({ value: id, label: name }))]}
          allowDeselect={false}
          value={draft.patientId ?? (me.length > 0 ? ME : null)}
          onChange={(id) => {
            const { patientId: _, ...rest } = draft;
            saveDraft(id && id !== ME ? { ...rest, patientId: id } : rest);
          }}
        />
      )}
      {watched && !draft.patientId && (
        <Checkbox
          size="md"
          label={t('private.label')}
          description={t('private.hint')}
          checked={draft.isPrivate ?? false}
          onChange={(event) => saveDraft({ ...draft, isPrivate: event.currentTarget.checked })}
        />
      )}
    </>
  );
}

interface NeedsProps {
  languages: string[];
  value: Accommodations;
  onChange: (value: Accommodations) => void;
}

function Needs({ languages, value, onChange }: NeedsProps) {
  const { t } = useTranslation(['booking', 'ui']);
  const nameOf = useLanguageName();
  const named = (code: string) => ({ value: code, label: nameOf(code) });
  const spoken = { value: SPOKEN, label: t('booking:details.spoken') };
  return (
    <fieldset className={classes.needs}>
      <legend>{t('booking:details.needs')}</legend>
      <Stack mt="xs">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Select
            label={t('booking:details.language')}
            placeholder={t('booking:details.noLanguage')}
            data={languages.map(named)}
            clearable
            clearButtonProps={{ 'aria-label': t('booking:details.noLanguage') }}
            value={value.language ?? null}
            onChange={(code) => onChange(without({ ...value, language: code }))}
          />
          <Select
            label={t('booking:details.interpreter')}
            placeholder={t('booking:details.noInterpreter')}
            data={[spoken, ...SIGN_LANGUAGES.map(named)]}
            clearable
            clearButtonProps={{ 'aria-label': t('booking:details.noInterpreter') }}
            value={interpreterChoice(value)}
            onChange={(code) => onChange(without({ ...value, interpreter: code === SPOKEN ? true : code }))}
          />
        </SimpleGrid>
        {FLAGS.map((flag) => (
          <Checkbox
            key={flag}
            size="md"
            label={t(`booking:details.${flag}`)}
            checked={value[flag] ?? false}
            onChange={(event) => onChange(without({ ...value, [flag]: event.currentTarget.checked || null }))}
          />
        ))}
        <Textarea
          label={`${t('booking:details.notes')} (${t('ui:optional')})`}
          autosize
          maxLength={LONGEST_NOTE}
          value={value.notes ?? ''}
          onChange={(event) => onChange(without({ ...value, notes: event.currentTarget.value || null }))}
        />
      </Stack>
    </fieldset>
  );
}

/** Without what is not asked for, so that the visit records wishes only. */
function without(asked: { [K in keyof Accommodations]: Accommodations[K] | null }): Accommodations {
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== null));
}

function interpreterChoice({ interpreter }: Accommodations): string | null {
  if (interpreter === true) return SPOKEN;
  return typeof interpreter === 'string' ? interpreter : null;
}
