import { Button, Card, Fieldset, Group, NumberInput, Stack, Switch, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type RecordingRules, recordingRulesQuery, setRecordingRules } from '@/api/recordings';
import { useIsAdmin } from '@/ui/clinic/useClinic';
import { QueryView } from '@/ui/QueryView';
import { FormError } from './EditDrawer';
import { useSave } from './useSave';

/** Whether visits may be recorded at the clinic, and how long recordings are kept. */
export function RecordingRulesForm({ clinicId }: { clinicId: string }) {
  const query = useQuery(recordingRulesQuery(clinicId));
  return (
    <QueryView query={query}>
      {(rules) => <Form key={JSON.stringify(rules)} clinicId={clinicId} rules={rules} />}
    </QueryView>
  );
}

const LONGEST_DAYS = 36_500;

function Form({ clinicId, rules }: { clinicId: string; rules: RecordingRules }) {
  const { t } = useTranslation('recording');
  const admin = useIsAdmin(clinicId);
  const form = useForm({ initialValues: { allowed: rules.allowed, keep_days: rules.keep_days ?? 365 } });
  const save = useSave({
    form,
    save: (values) => setRecordingRules(clinicId, values),
    keys: [['clinic', clinicId, 'recording-rules']],
    onSaved: () => undefined,
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
      <Card padding="lg" maw="48rem" mt="md">
        <Fieldset legend={t('rules.title')} variant="unstyled" disabled={!admin}>
          <Stack mt="xs">
            <Text c="dimmed">{t('rules.text')}</Text>
            <Switch label={t('rules.allowed')} {...form.getInputProps('allowed', { type: 'checkbox' })} />
            <NumberInput
              label={t('rules.days')}
              description={t('rules.daysHint')}
              min={1}
              max={LONGEST_DAYS}
              maw="20rem"
              allowDecimal={false}
              {...form.getInputProps('keep_days')}
            />
            <FormError error={save.error} />
            {admin && (
              <Group justify="flex-end">
                <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
                  {t('rules.save')}
                </Button>
              </Group>
            )}
          </Stack>
        </Fieldset>
      </Card>
    </form>
  );
}
