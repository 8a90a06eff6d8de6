import { Button, Checkbox, Group, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { changeMessagePolicy, type MessagePolicy, messagePolicyQuery, SPARING } from '@/api/messages';
import { QueryView } from '@/ui/QueryView';
import { Section } from '@/ui/Section';
import { FormError } from '../EditDrawer';
import { useSave } from '../useSave';

/** What SMS, push and calls may name besides the clinic, the time and links. */
export function ShortMessages({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('messages');
  const query = useQuery(messagePolicyQuery(clinicId));
  return (
    <Section title={t('admin.short')} text={t('admin.shortText')}>
      <QueryView query={query}>{(policy) => <Form key={policy.version} clinicId={clinicId} policy={policy} />}</QueryView>
    </Section>
  );
}

function Form({ clinicId, policy }: { clinicId: string; policy: MessagePolicy }) {
  const { t } = useTranslation(['messages', 'ui']);
  const form = useForm({ initialValues: { short_may_name: policy.short_may_name } });
  const save = useSave({
    form,
    save: (fields) => changeMessagePolicy(clinicId, policy.version, fields),
    keys: [
      ['clinic', clinicId, 'message-policy'],
      ['clinic', clinicId, 'templates'],
    ],
    onSaved: () => undefined,
  });
  return (
    <form onSubmit={form.onSubmit((fields) => save.mutate(fields))} noValidate>
      <Stack>
        <Checkbox.Group aria-label={t('messages:admin.short')} {...form.getInputProps('short_may_name')}>
          <Stack gap="sm">
            {SPARING.map((name) => (
              <Checkbox key={name} size="md" value={name} label={t(`messages:admin.may.${name}`)} />
            ))}
          </Stack>
        </Checkbox.Group>
        <FormError error={save.error} />
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
            {t('ui:save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
