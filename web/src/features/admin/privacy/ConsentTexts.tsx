import { Button, Checkbox, Fieldset, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clinicTextsQuery, type ConsentWording, publishText } from '@/api/consents';
import { useWordingTitle } from '@/ui/consent/Wording';
import { QueryView } from '@/ui/QueryView';
import { EditDrawer, EditForm } from '../EditDrawer';
import { useSave } from '../useSave';
import classes from '../Admin.module.css';

const LANGUAGES = ['en', 'es'] as const;
const LONGEST_TITLE = 120;
const LONGEST_TEXT = 20_000;

/** The texts that patients agree to, and publishing a new version of one. */
export function ConsentTexts({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('admin');
  const titleOf = useWordingTitle();
  const query = useQuery(clinicTextsQuery(clinicId));
  const [editing, setEditing] = useState<ConsentWording | null>(null);
  return (
    <QueryView query={query}>
      {(texts) => (
        <>
          <ul className={classes.lines}>
            {texts.map((wording) => (
              <li key={wording.kind}>
                <div className={classes.lineText}>
                  <Text fw={600}>{titleOf(wording)}</Text>
                  <Text size="sm" c="dimmed">
                    {wording.clinic_id ? t('privacy.texts.text', { version: wording.version }) : t('privacy.texts.bundled')}
                  </Text>
                </div>
                <Button
                  variant="default"
                  size="sm"
                  aria-label={t('privacy.texts.editName', { name: titleOf(wording) })}
                  onClick={() => setEditing(wording)}
                >
                  {t('privacy.texts.edit')}
                </Button>
              </li>
            ))}
          </ul>
          <EditDrawer
            title={editing ? t('privacy.texts.editName', { name: titleOf(editing) }) : ''}
            opened={editing !== null}
            onClose={() => setEditing(null)}
          >
            {editing && <Form clinicId={clinicId} wording={editing} onClose={() => setEditing(null)} />}
          </EditDrawer>
        </>
      )}
    </QueryView>
  );
}

function Form({ clinicId, wording, onClose }: { clinicId: string; wording: ConsentWording; onClose: () => void }) {
  const { t } = useTranslation('admin');
  const needed = (value: string) => (value.trim() ? null : t('privacy.texts.needed'));
  const empty = { title: '', text: '' };
  const form = useForm({
    initialValues: { en: wording.words['en'] ?? empty, es: wording.words['es'] ?? empty, renew: false },
    validate: { en: { title: needed, text: needed }, es: { title: needed, text: needed } },
  });
  const save = useSave({
    form,
    save: (values) => publishText(clinicId, { kind: wording.kind, ...values }),
    keys: [['clinic', clinicId, 'consent-texts']],
    onSaved: onClose,
  });
  return (
    <EditForm
      busy={save.isPending}
      error={save.error}
      onClose={onClose}
      action={t('privacy.texts.publish')}
      onSubmit={form.onSubmit((values) => save.mutate(values))}
    >
      {LANGUAGES.map((language) => (
        <Fieldset key={language} legend={t(`privacy.texts.${language}`)}>
          <Stack>
            <TextInput
              label={t('privacy.texts.heading')}
              maxLength={LONGEST_TITLE}
              lang={language}
              {...form.getInputProps(`${language}.title`)}
            />
            <Textarea
              label={t('privacy.texts.body')}
              autosize
              minRows={4}
              maxRows={12}
              maxLength={LONGEST_TEXT}
              lang={language}
              {...form.getInputProps(`${language}.text`)}
            />
          </Stack>
        </Fieldset>
      ))}
      <Checkbox
        size="md"
        label={t('privacy.texts.renew')}
        description={t('privacy.texts.renewHint')}
        {...form.getInputProps('renew', { type: 'checkbox' })}
      />
    </EditForm>
  );
}
