import { Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconBellRinging, IconPhoneCall } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { type Away, type AwayProposal, awayKey, markCall, remindOfProposal } from '@/api/waitlist';
import { formatDateTime, formatSpan } from '@/lib/time';
import { useNow } from '@/lib/useNow';
import { notifyDone, notifyFailed } from '@/ui/notify';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';
import { canRemind, keptStill, unansweredFirst } from './unanswered';

const EVERY_MS = 30_000;
const COLOURS: Record<AwayProposal['status'], string> = {
  open: 'yellow',
  accepted: 'lagoon',
  declined: 'red',
  settled: 'gray',
  passed: 'gray',
  withdrawn: 'gray',
};

/** A time that a provider is away: who has answered, and who has to be asked again or rung. */
export function AwayCard({ away, clinicId }: { away: Away; clinicId: string }) {
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
            {formatSpan(away.start, away.end, away.proposals[0]?.time_zone ?? zone, locale)}
          </Text>
        </div>
        <Badge size="lg" variant="light" color={away.unanswered > 0 ? 'yellow' : 'lagoon'}>
          {t('desk.away.unanswered', { count: away.unanswered })}
        </Badge>
      </Group>
      <Stack component="ul" gap="md" mt="sm" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {unansweredFirst(away.proposals).map((proposal) => (
          <li key={proposal.id}>
            <Asked proposal={proposal} clinicId={clinicId} />
          </li>
        ))}
      </Stack>
    </Card>
  );
}

function Asked({ proposal, clinicId }: { proposal: AwayProposal; clinicId: string }) {
  const { t } = useTranslation('waitlist');
  const { locale, zone } = useLocale();
  const chosen = proposal.chosen === null ? undefined : proposal.choices[proposal.chosen];
  return (
    <>
      <Group justify="space-between" gap="xs">
        <Text>
          {proposal.patient.name}, {formatDateTime(proposal.was, zone, locale)}
        </Text>
        <Badge variant="light" color={COLOURS[proposal.status]}>
          {t(`desk.away.status.${proposal.status}`)}
        </Badge>
      </Group>
      {chosen && (
        <Text size="sm">
          {t(`away.kind.${chosen.kind}`, { when: formatDateTime(chosen.start, zone, locale), name: chosen.provider.name })}
        </Text>
      )}
      {proposal.status === 'open' && <Chase proposal={proposal} clinicId={clinicId} />}
    </>
  );
}

/** What can be done about somebody who has not answered, and what has been. */
function Chase({ proposal, clinicId }: { proposal: AwayProposal; clinicId: string }) {
  const { t } = useTranslation('waitlist');
  const { locale, zone } = useLocale();
  const now = useNow(EVERY_MS);
  const client = useQueryClient();
  const errorText = useErrorText();
  const name = proposal.patient.name;
  const ends = { onError: (error: Error) => notifyFailed(errorText(error)) };
  const again = () => client.invalidateQueries({ queryKey: awayKey(clinicId) });
  const remind = useMutation({
    ...ends,
    mutationFn: () => remindOfProposal(proposal.id),
    onSuccess: () => {
      notifyDone(t('desk.away.reminded', { name }));
      return again();
    },
  });
  const call = useMutation({ ...ends, mutationFn: (called: boolean) => markCall(proposal.id, called), onSuccess: again });
  const facts = [
    proposal.choices.length === 0 && t('desk.away.nothingFree'),
    proposal.choices.length > 0 &&
      (keptStill(proposal, now) && proposal.kept_until
        ? t('desk.away.kept', { until: formatDateTime(proposal.kept_until, zone, locale) })
        : t('desk.away.notKept')),
    proposal.asked_at && t('desk.away.askedAt', { when: formatDateTime(proposal.asked_at, zone, locale) }),
    proposal.reminders > 0 && t('desk.away.reminders', { count: proposal.reminders }),
    proposal.called_at && t('desk.away.calledAt', { when: formatDateTime(proposal.called_at, zone, locale) }),
  ];
  const called = proposal.called_at !== null;
  return (
    <>
      <Text size="sm" c="dimmed">
        {facts.filter(Boolean).join(' · ')}
      </Text>
      <Group gap="xs" mt={6}>
        <Button
          size="xs"
          variant="light"
          leftSection={<IconBellRinging size={16} aria-hidden />}
          aria-label={t('desk.away.remindNamed', { name })}
          disabled={!canRemind(proposal, now)}
          loading={remind.isPending}
          onClick={() => remind.mutate()}
        >
          {t('desk.away.remind')}
        </Button>
        <Button
          size="xs"
          variant={called ? 'filled' : 'default'}
          leftSection={<IconPhoneCall size={16} aria-hidden />}
          aria-pressed={called}
          aria-label={t('desk.away.calledNamed', { name })}
          loading={call.isPending}
          onClick={() => call.mutate(!called)}
        >
          {t('desk.away.called')}
        </Button>
      </Group>
    </>
  );
}
