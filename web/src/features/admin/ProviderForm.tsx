import { Alert, Button, Card, Group, MultiSelect, Select, SimpleGrid, Stack, TagsInput, Textarea, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { addProvider, changeProvider, clinicVisitTypesQuery, specialtiesQuery } from '@/api/catalogue';
import type { ClinicVisitType } from '@/api/catalogue';
import { type Clinic, clinicQuery, locationsQuery } from '@/api/clinics';
import { peopleQuery } from '@/api/people';
import { facetsQuery } from '@/api/providers';
import type { Provider } from '@/api/types';
import { languageName } from '@/lib/names';
import { QueryView } from '@/ui/QueryView';
import { useLocale } from '@/ui/useLocale';
import { ZoneSelect } from '@/ui/ZoneSelect';
import { FormError } from './EditDrawer';
import { OffersField } from './OffersField';
import { bodyOf, fieldsOf } from './providerFields';
import { useSave } from './useSave';

interface ProviderFormProps {
  clinicId: string;
  /** The provider to change; null for a new one. */
  provider: Provider | null;
  /** Whether the clinic's staff edits, who may also tie the account. */
  staff: boolean;
}

/** All about one provider but the hours and the photo. */
export function ProviderForm(props: ProviderFormProps) {
  const clinic = useQuery(clinicQuery(props.clinicId));
  const types = useQuery(clinicVisitTypesQuery(props.clinicId));
  return (
    <QueryView query={clinic}>
      {(known) => <QueryView query={types}>{(all) => <Fields {...props} clinic={known} types={all} />}</QueryView>}
    </QueryView>
  );
}

/** Languages that are offered first; any other is found by typing its name. */
const LANGUAGES = [
  'en', 'es', 'fr', 'de', 'it', 'pt', 'zh', 'yue', 'ja', 'ko', 'vi', 'tl', 'hi', 'ur', 'bn', 'pa', 'gu', 'ta', 'te', 'ar',
  'fa', 'tr', 'he', 'ru', 'uk', 'pl', 'cs', 'ro', 'hu', 'el', 'nl', 'sv', 'da', 'no', 'fi', 'sw', 'am', 'so', 'ht', 'ase',
];

function Fields({ clinicId, provider, staff, clinic, types }: ProviderFormProps & { clinic: Clinic; types: ClinicVisitType[] }) {
  const { t } = useTranslation(['admin', 'ui']);
  const { language } = useLocale();
  const navigate = useNavigate();
  const specialties = useQuery(specialtiesQuery(language)).data ?? provider?.specialties ?? [];
  const plans = useQuery(facetsQuery()).data?.insurance_plans.map(({ name }) => name) ?? [];
  const locations = useQuery(locationsQuery(clinicId)).data ?? [];
  const form = useForm({
    initialValues: fieldsOf(provider, types, clinic.time_zone, clinic.currency),
    validate: { full_name: (value) => (value.trim() ? null : t('admin:needed')) },
  });
  const save = useSave({
    form,
    save: async (values) => {
      const body = bodyOf(values, staff);
      if (provider) return changeProvider(provider, body);
      const made = await addProvider({ ...body, clinic_id: clinicId });
      await navigate({ to: '/admin/providers/$providerId', params: { providerId: made.id } });
      return made;
    },
    keys: [['provider'], ['providers'], ['facets'], ['clinic', clinicId]],
    onSaved: () => undefined,
  });
  const languages = [...new Set([...LANGUAGES, ...form.values.languages])];
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
      <Stack gap="md">
        <Part title={t('admin:provider.profile')}>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput label={t('admin:provider.name')} {...form.getInputProps('full_name')} />
            <TextInput label={t('admin:provider.titles')} placeholder={t('admin:provider.titlesHint')} {...form.getInputProps('title')} />
          </SimpleGrid>
          <Textarea label={t('admin:provider.bio')} autosize minRows={3} {...form.getInputProps('bio')} />
          <ZoneSelect label={t('admin:zone')} {...form.getInputProps('time_zone')} value={form.values.time_zone} />
        </Part>
        <Part title={t('admin:provider.found')}>
          <MultiSelect
            label={t('admin:provider.specialties')}
            searchable
            nothingFoundMessage={t('admin:provider.noSpecialty')}
            data={specialties.map(({ code, name }) => ({ value: code, label: name }))}
            {...form.getInputProps('specialties')}
          />
          <MultiSelect
            label={t('admin:provider.languages')}
            searchable
            data={languages.map((code) => ({ value: code, label: languageName(code, language) }))}
            {...form.getInputProps('languages')}
          />
          <TagsInput
            label={t('admin:provider.plans')}
            description={t('admin:provider.plansHint')}
            data={plans}
            {...form.getInputProps('insurance_plans')}
          />
          <MultiSelect
            label={t('admin:section.locations')}
            data={locations
              .filter(({ id, active }) => active || form.values.location_ids.includes(id))
              .map(({ id, name }) => ({ value: id, label: name }))}
            {...form.getInputProps('location_ids')}
          />
        </Part>
        <Part title={t('admin:provider.offers')}>
          <OffersField
            value={form.values.visit_types}
            first={form.values.default_visit_type_id}
            onChange={(offers) => form.setFieldValue('visit_types', offers)}
            onFirst={(id) => form.setFieldValue('default_visit_type_id', id)}
            error={form.errors['visit_types']}
          />
        </Part>
        {staff && (
          <Part title={t('admin:provider.account')}>
            <Account clinicId={clinicId} {...form.getInputProps('person_id')} value={form.values.person_id} />
          </Part>
        )}
        <FormError error={save.error} />
        {provider && !provider.active && <Alert color="gray">{t('admin:provider.isOff')}</Alert>}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
            {provider ? t('ui:save') : t('admin:provider.add')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card padding="lg" component="section" aria-label={title}>
      <Title order={2} size="h3" mb="sm">
        {title}
      </Title>
      <Stack>{children}</Stack>
    </Card>
  );
}

interface AccountProps {
  clinicId: string;
  value: string | null;
  onChange: (personId: string | null) => void;
  error?: ReactNode;
}

function Account({ clinicId, value, onChange, error }: AccountProps) {
  const { t } = useTranslation('admin');
  const people = useQuery(peopleQuery(clinicId)).data ?? [];
  return (
    <Select
      label={t('provider.person')}
      description={t('provider.personHint')}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('provider.noPerson') }}
      data={people
        .filter(({ id, roles }) => roles.includes('provider') || id === value)
        .map(({ id, full_name, email }) => ({ value: id, label: `${full_name} (${email})` }))}
      value={value}
      onChange={onChange}
      error={error}
    />
  );
}
