import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { changeDetails, detailsQuery, type OwnDetails } from '@/api/privacy';
import { hasRole, useUser } from '@/api/session';
import { acceptUser, currentUser } from '@/api/token';
import { notifyDone } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { useErrorText } from '@/ui/useErrorText';
import { Section } from '@/ui/Section';

/** What stands about the person themselves, to put right. */
export function DetailsSection() {
  const { t } = useTranslation('privacy');
  const query = useQuery(detailsQuery());
  return (
    <Section title={t('details.title')} text={t('details.text')}>
      <QueryView query={query}>{(details) => <Form details={details} />}</QueryView>
    </Section>
  );
}

function Form({ details }: { details: OwnDetails }) {
  const { t } = useTranslation(['privacy', 'ui']);
  const errorText = useErrorText();
  const patient = hasRole(useUser(), 'patient');
  const cache = useQueryClient();
  const form = useForm({
    initialValues: { full_name: details.full_name, phone: details.phone ?? '', born_on: details.born_on ?? '' },
    validate: { full_name: (value) => (value.trim() ? null : t('privacy:details.needed')) },
  });
  const save = useMutation({
    mutationFn: ({ full_name, phone, born_on }: typeof form.values) =>
      changeDetails({
        full_name: full_name.trim(),
        phone: phone.trim() || null,
        ...(patient ? { born_on: born_on || null } : {}),
      }),
    onSuccess: (saved) => {
      notifyDone(t('ui:saved'));
      form.resetDirty();
      cache.setQueryData(detailsQuery().queryKey, saved);
      const user = currentUser();
      if (user) acceptUser({ ...user, full_name: saved.full_name });
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
      <Stack>
        <TextInput label={t('privacy:details.name')} autoComplete="name" {...form.getInputProps('full_name')} />
        <TextInput label={t('privacy:details.phone')} type="tel" autoComplete="tel" {...form.getInputProps('phone')} />
        {patient && (
          <TextInput label={t('privacy:details.born')} type="date" autoComplete="bday" {...form.getInputProps('born_on')} />
        )}
        {save.error && (
          <Alert color="red" role="alert">
            {errorText(save.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button type="submit" variant="default" loading={save.isPending} disabled={!form.isDirty()}>
            {t('ui:save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
