import { Alert, Badge, Button, Card, Checkbox, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { clinicProvidersQuery } from '@/api/catalogue';
import { useLive } from '@/api/live';
import { useUser } from '@/api/session';
import { type Away, type AwayProposal, awayQuery, takeOff } from '@/api/waitlist';
import { formatDateTime } from '@/lib/time';
import { boundsOf } from '@/lib/wallTime';
import { NoClinic } from '@/ui/clinic/NoClinic';
import { useClinic, useWorksAs } from '@/ui/clinic/useClinic';
import { notifyDone } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { Section } from '@/ui/Section';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';

const route = getRouteApi('/desk/away');
const COLOURS: Record<AwayProposal['status'], string> = {
  open: 'yellow',
  accepted: 'lagoon',
  declined: 'red',
  settled: 'gray',
  passed: 'gray',
};

/** Who is away: one act takes a provider off and asks the patients; below, who has answered and who has not. */
export function AwayScreen() {
  const clinicId = useClinic(route.useSearch().clinic, 'staff', 'admin', 'provider');
  return clinicId ? <OfClinic clinicId={clinicId} /> : <NoClinic />;
}

function OfClinic({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('waitlist');
  useLive(`clinic:${clinicId}`, ['clinic', clinicId, 'away']);
  const query = useQuery(awayQuery(clinicId));
  return (
    <Screen title={t('desk.away.title')} intro={t('desk.away.intro')}>
      <Stack gap="xl">
        <Section title={t('desk.away.new')}>
          <TakeOff clinicId={clinicId} />
        </Section>
        <QueryView query={query} empty={{ when: (items) => items.length === 0, show: <Text>{t('desk.away.nobody')}</Text> }}>
          {(items) => (
            <Stack>
              {items.map((away) => (
                <One key={away.id} away={away} />
              ))}
            </Stack>
          )}
        </QueryView>
      </Stack>
    </Screen>
  );
}

function TakeOff({ clinicId }: { clinicId: string }) {
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
      return client.invalidateQueries({ queryKey: ['clinic', clinicId, 'away'] });
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

function One({ away }: { away: Away }) {
  const { t } = useTranslation('waitlist');
  const { locale, zone } = useLocale();
  const heading = useId();
  return (
    <Card component="article" aria-labelledby={heading} p="md">
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={2} size="h4" id={heading}>
            {away.provider.name}
          </Title>
          <Text size="sm">
            {formatDateTime(away.start, zone, locale)} – {formatDateTime(away.end, zone, locale)}
          </Text>
        </div>
        <Badge size="lg" variant="light" color={away.unanswered > 0 ? 'yellow' : 'lagoon'}>
          {t('desk.away.unanswered', { count: away.unanswered })}
        </Badge>
      </Group>
      <Stack component="ul" gap="xs" mt="sm" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {away.proposals.map((proposal) => (
          <li key={proposal.id}>
            <Group justify="space-between" gap="xs">
              <Text>
                {proposal.patient.name}, {formatDateTime(proposal.was, zone, locale)}
              </Text>
              <Badge variant="light" color={COLOURS[proposal.status]}>
                {t(`desk.away.status.${proposal.status}`)}
              </Badge>
            </Group>
          </li>
        ))}
      </Stack>
    </Card>
  );
}
