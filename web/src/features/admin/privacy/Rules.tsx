import { Button, Group, NumberInput, SimpleGrid, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { changeClinicPrivacy, type ClinicPrivacy, clinicPrivacyQuery } from '@/api/privacy';
import { countryName } from '@/lib/countries';
import { QueryView } from '@/ui/QueryView';
import { useLocale } from '@/ui/useLocale';
import { FormError } from '../EditDrawer';
import { useSave } from '../useSave';
import { Part } from './PrivacyOfficeScreen';

const YEARS = { min: 0, max: 100 };

/** How long the clinic keeps what, and how small a group may be. */
export function Rules({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('admin');
  const { locale } = useLocale();
  const query = useQuery(clinicPrivacyQuery(clinicId));
  const country = query.data?.country ? countryName(query.data.country, locale) : t('privacy.rules.noCountry');
  return (
    <Part title={t('privacy.rules.title')} text={t('privacy.rules.text', { country })}>
      <QueryView query={query}>{(rules) => <Form key={JSON.stringify(rules)} clinicId={clinicId} rules={rules} />}</QueryView>
    </Part>
  );
}

function Form({ clinicId, rules }: { clinicId: string; rules: ClinicPrivacy }) {
  const { t } = useTranslation(['admin', 'ui']);
  const form = useForm({ initialValues: rules });
  const save = useSave({
    form,
    save: (values) => changeClinicPrivacy(clinicId, values),
    keys: [
      ['clinic', clinicId, 'privacy'],
      ['clinic', clinicId, 'retention'],
    ],
    onSaved: () => undefined,
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <NumberInput label={t('admin:privacy.rules.medical')} {...YEARS} {...form.getInputProps('medical_years')} />
          <NumberInput label={t('admin:privacy.rules.billing')} {...YEARS} {...form.getInputProps('billing_years')} />
          <NumberInput label={t('admin:privacy.rules.audit')} min={6} max={100} {...form.getInputProps('audit_years')} />
          <NumberInput label={t('admin:privacy.rules.messages')} min={1} max={1200} {...form.getInputProps('message_months')} />
        </SimpleGrid>
        <NumberInput
          label={t('admin:privacy.rules.group')}
          description={t('admin:privacy.rules.groupHint')}
          min={5}
          max={1000}
          {...form.getInputProps('smallest_group')}
        />
        <FormError error={save.error} />
        <Group justify="flex-end">
          <Button type="submit" variant="default" loading={save.isPending} disabled={!form.isDirty()}>
            {t('ui:save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
