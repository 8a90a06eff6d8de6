import { Alert, Button, Group, NumberInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Rules, setWaitlistRules, waitlistRulesQuery } from '@/api/waitlist';
import { notifyDone } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { Section } from '@/ui/Section';
import { useErrorText } from '@/ui/useErrorText';

/** How the clinic offers times that come free; for admins. */
export function WaitlistRules({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('waitlist');
  const query = useQuery(waitlistRulesQuery(clinicId));
  return (
    <Section title={t('rules.title')} text={t('rules.text')}>
      <QueryView query={query}>{(rules) => <Form clinicId={clinicId} rules={rules} />}</QueryView>
    </Section>
  );
}

function Form({ clinicId, rules }: { clinicId: string; rules: Rules }) {
  const { t } = useTranslation('waitlist');
  const client = useQueryClient();
  const errorText = useErrorText();
  const form = useForm({ initialValues: rules });
  const save = useMutation({
    mutationFn: (body: Rules) => setWaitlistRules(clinicId, body),
    onSuccess: (saved) => {
      client.setQueryData(waitlistRulesQuery(clinicId).queryKey, saved);
      notifyDone(t('rules.saved'));
    },
  });
  return (
    <form noValidate onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack maw="24rem">
        <NumberInput label={t('rules.minutes')} min={5} max={1440} {...form.getInputProps('offer_minutes')} />
        <NumberInput label={t('rules.atOnce')} min={1} max={5} {...form.getInputProps('at_once')} />
        <NumberInput label={t('rules.aDay')} min={1} max={20} {...form.getInputProps('offers_a_day')} />
        <Group align="flex-end" grow>
          <TextInput
            label={t('rules.quietFrom')}
            description={t('rules.quietHint')}
            type="time"
            {...form.getInputProps('quiet_from')}
          />
          <TextInput label={t('rules.quietUntil')} type="time" {...form.getInputProps('quiet_until')} />
        </Group>
        <NumberInput label={t('rules.proposalHours')} min={1} max={168} {...form.getInputProps('proposal_hours')} />
        {save.error && (
          <Alert color="red" role="alert">
            {errorText(save.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {t('rules.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
