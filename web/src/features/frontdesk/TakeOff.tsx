import { Alert, Button, Checkbox, Group, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { clinicProvidersQuery } from '@/api/catalogue';
import { useUser } from '@/api/session';
import { awayKey, takeOff } from '@/api/waitlist';
import { boundsOf } from '@/lib/wallTime';
import { useWorksAs } from '@/ui/clinic/useClinic';
import { notifyDone } from '@/ui/notify';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';

/** Takes a provider off for some days: the front desk anybody, providers themselves. */
export function TakeOff({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('waitlist');
  const { zone } = useLocale();
  const user = useUser();
  const errorText = useErrorText();
  const client = useQueryClient();
  const desk = useWorksAs(clinicId, 'front-desk');
  const everybody = useQuery(clinicProvidersQuery(clinicId)).data ?? [];
  const providers = everybody.filter(({ id }) => desk || id === user?.provider_id);
  const form = useForm({
    initialValues: { provider: user?.provider_id ?? '', from: '', to: '', video: false },
    validate: {
      provider: (value) => (value ? null : t('desk.away.who')),
      from: (value) => (value ? null : t('join.wrongUntil')),
      to: (value, values) => (value && value >= values.from ? null : t('desk.away.wrongOrder')),
    },
  });
  const take = useMutation({
    mutationFn: ({ provider, from, to, video }: typeof form.values) => {
      const zoneOfProvider = providers.find(({ id }) => id === provider)?.time_zone ?? zone;
      const start = boundsOf(from, zoneOfProvider).start;
      return takeOff(provider, { start, end: boundsOf(to, zoneOfProvider).end, reason: '', video });
    },
    onSuccess: (away) => {
      notifyDone(t('desk.away.asked', { count: away.proposals.length }));
      form.reset();
      return client.invalidateQueries({ queryKey: awayKey(clinicId) });
    },
  });
  return (
    <form noValidate onSubmit={form.onSubmit((values) => take.mutate(values))}>
      <Stack maw="32rem">
        <Select
          label={t('desk.away.provider')}
          searchable
          data={providers.map(({ id, name }) => ({ value: id, label: name }))}
          {...form.getInputProps('provider')}
        />
        <Group grow align="flex-start">
          <TextInput label={t('desk.away.from')} type="date" {...form.getInputProps('from')} />
          <TextInput label={t('desk.away.to')} type="date" {...form.getInputProps('to')} />
        </Group>
        <Checkbox size="md" label={t('desk.away.video')} {...form.getInputProps('video', { type: 'checkbox' })} />
        {take.error && (
          <Alert color="red" role="alert">
            {errorText(take.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={take.isPending}>
            {t('desk.away.send')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
