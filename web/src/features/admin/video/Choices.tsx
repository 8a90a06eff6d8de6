import { Alert, Button, Checkbox, Fieldset, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clinicProvidersQuery, clinicVisitTypesQuery } from '@/api/catalogue';
import { changeVideoRules, type Platform, type VideoRules, videoRulesQuery } from '@/api/video';
import { randomUuid } from '@/lib/uuid';
import { QueryView } from '@/ui/QueryView';
import { Section } from '@/ui/Section';
import { FormError } from '../EditDrawer';
import { useSave } from '../useSave';
import { asksForHost, type ChoiceFields, choicesOf, emptyChoice, faultOf, fieldsOf } from './choices';

/** On which platforms visits are held: all of them, and some differently. */
export function Choices({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('video');
  const query = useQuery(videoRulesQuery(clinicId));
  return (
    <Section title={t('choices.title')} text={t('choices.text')}>
      <QueryView query={query}>{(rules) => <Form key={rules.version} clinicId={clinicId} rules={rules} />}</QueryView>
    </Section>
  );
}

function Form({ clinicId, rules }: { clinicId: string; rules: VideoRules }) {
  const { t } = useTranslation(['video', 'ui']);
  const [rows, setRows] = useState(() => fieldsOf(rules.choices));
  const [tried, setTried] = useState(false);
  const save = useSave({
    form: { values: rows, setErrors: () => undefined },
    save: (values) => changeVideoRules(clinicId, rules.version, choicesOf(values)),
    keys: [['clinic', clinicId, 'video-rules']],
    onSaved: () => undefined,
  });
  const change = (key: string, changes: Partial<ChoiceFields>) =>
    setRows(rows.map((row) => (row.key === key ? { ...row, ...changes } : row)));
  const submit = () => {
    setTried(true);
    if (rows.every((row, index) => faultOf(row, index === 0) === null)) save.mutate(rows);
  };
  return (
    <Stack gap="lg">
      {rows.map((row, index) => (
        <Choice
          key={row.key}
          clinicId={clinicId}
          row={row}
          first={index === 0}
          platforms={rules.platforms}
          fault={tried ? faultOf(row, index === 0) : null}
          onChange={(changes) => change(row.key, changes)}
          onRemove={() => setRows(rows.filter((one) => one.key !== row.key))}
        />
      ))}
      {rules.platforms.length <= 2 && <Text c="dimmed">{t('video:choices.noneSetUp')}</Text>}
      <FormError error={save.error} />
      <Group justify="space-between">
        <Button
          variant="default"
          leftSection={<IconPlus size={18} aria-hidden="true" />}
          onClick={() => setRows([...rows, emptyChoice(randomUuid())])}
        >
          {t('video:choices.add')}
        </Button>
        <Button loading={save.isPending} onClick={submit}>
          {t('ui:save')}
        </Button>
      </Group>
    </Stack>
  );
}

interface ChoiceProps {
  clinicId: string;
  row: ChoiceFields;
  first: boolean;
  platforms: Platform[];
  fault: 'link' | 'subject' | null;
  onChange: (changes: Partial<ChoiceFields>) => void;
  onRemove: () => void;
}

function Choice({ clinicId, row, first, platforms, fault, onChange, onRemove }: ChoiceProps) {
  const { t } = useTranslation('video');
  // A platform whose credentials were taken away stays visible where it is chosen.
  const offered = platforms.includes(row.platform) ? platforms : [...platforms, row.platform];
  return (
    <Fieldset legend={first ? t('choices.all') : t('choices.some')}>
      <Stack>
        {!first && <Subject clinicId={clinicId} row={row} onChange={onChange} />}
        {fault === 'subject' && (
          <Alert color="red" role="alert">
            {t('fault.subject')}
          </Alert>
        )}
        <Select
          label={t('platform.label')}
          allowDeselect={false}
          data={offered.map((one) => ({ value: one, label: t(`platform.${one}`) }))}
          value={row.platform}
          onChange={(value) => value && onChange({ platform: value })}
        />
        {row.platform !== 'built-in' && (
          <Alert>{t(row.platform === 'livekit' ? 'choices.encrypted' : 'choices.notEncrypted')}</Alert>
        )}
        {row.platform === 'external' && (
          <TextInput
            label={t('link.label')}
            description={t('link.text')}
            error={fault === 'link' ? t('fault.link') : undefined}
            value={row.link}
            onChange={(event) => onChange({ link: event.currentTarget.value })}
          />
        )}
        {asksForHost(row.platform) && (
          <>
            <TextInput
              label={t('host.label')}
              description={t(row.platform === 'zoom' ? 'host.zoom' : 'host.teams')}
              value={row.host}
              onChange={(event) => onChange({ host: event.currentTarget.value })}
            />
            <Checkbox
              size="md"
              label={t('names.label')}
              description={t('names.text')}
              checked={row.names_visit_type}
              onChange={(event) => onChange({ names_visit_type: event.currentTarget.checked })}
            />
          </>
        )}
        {!first && (
          <Group justify="flex-end">
            <Button
              variant="subtle"
              color="red"
              leftSection={<IconTrash size={18} aria-hidden="true" />}
              onClick={onRemove}
            >
              {t('choices.remove')}
            </Button>
          </Group>
        )}
      </Stack>
    </Fieldset>
  );
}

function Subject({ clinicId, row, onChange }: Pick<ChoiceProps, 'clinicId' | 'row' | 'onChange'>) {
  const { t } = useTranslation('video');
  const providers = useQuery(clinicProvidersQuery(clinicId)).data ?? [];
  const types = useQuery(clinicVisitTypesQuery(clinicId)).data ?? [];
  return (
    <Group grow preventGrowOverflow={false}>
      <Select
        label={t('choices.type')}
        placeholder={t('choices.any')}
        clearable
        searchable
        data={types.map(({ id, name }) => ({ value: id, label: name }))}
        value={row.visit_type_id}
        onChange={(value) => onChange({ visit_type_id: value })}
      />
      <Select
        label={t('choices.provider')}
        placeholder={t('choices.any')}
        clearable
        searchable
        data={providers.map(({ id, name }) => ({ value: id, label: name }))}
        value={row.provider_id}
        onChange={(value) => onChange({ provider_id: value })}
      />
    </Group>
  );
}
