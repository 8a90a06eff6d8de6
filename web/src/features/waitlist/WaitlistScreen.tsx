import { Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconHourglass } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '@/api/live';
import { useUser } from '@/api/session';
import {
  acceptOffer,
  answerProposal,
  declineOffer,
  type Entry,
  leaveWaitlist,
  type Offer,
  proposalsQuery,
  WAITLIST_KEY,
  waitlistQuery,
} from '@/api/waitlist';
import { formatDateTime } from '@/lib/time';
import { ButtonLink } from '@/ui/ButtonLink';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { focusHeading, focusIsLost } from '@/ui/focusHeading';
import { notifyDone } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { EmptyState } from '@/ui/States';
import { useLocale } from '@/ui/useLocale';
import { ChangeButton } from '@/ui/waitlist/JoinButton';
import { OfferCard } from '@/ui/waitlist/OfferCard';
import { ProposalCard } from '@/ui/waitlist/ProposalCard';
import { useEntryWords } from '@/ui/waitlist/useEntryWords';

/** What the person waits for, with the time that is kept for them, if one is. */
export function WaitlistScreen() {
  const { t } = useTranslation('waitlist');
  useLive('me', WAITLIST_KEY);
  const query = useQuery(waitlistQuery());
  return (
    <Screen title={t('mine.title')} intro={t('mine.intro')}>
      <Proposals />
      <QueryView
        query={query}
        empty={{
          when: (items) => items.length === 0,
          show: (
            <EmptyState
              icon={IconHourglass}
              title={t('mine.none')}
              text={t('mine.noneText')}
              action={<ButtonLink to="/">{t('mine.find')}</ButtonLink>}
            />
          ),
        }}
      >
        {(items) => (
          <Stack gap="xl">
            <Entries title={t('mine.waiting')} items={items.filter(({ status }) => status === 'waiting')} />
            <Entries title={t('mine.past')} items={items.filter(({ status }) => status !== 'waiting')} />
          </Stack>
        )}
      </QueryView>
    </Screen>
  );
}

/** Visits that cannot be, each with what can be had instead. */
function Proposals() {
  const { t } = useTranslation('waitlist');
  const client = useQueryClient();
  const heading = useId();
  const items = useQuery(proposalsQuery()).data ?? [];
  if (items.length === 0) return null;
  return (
    <section aria-labelledby={heading} style={{ marginBottom: 'var(--mantine-spacing-xl)' }}>
      <Title order={2} size="h3" mb="md" id={heading}>
        {t('away.section')}
      </Title>
      <Stack>
        {items.map((proposal) => (
          <ProposalCard
            key={proposal.id}
            proposal={proposal}
            answer={(choice) => answerProposal(proposal.id, choice)}
            onAnswered={(choice) => {
              notifyDone(t(choice === null ? 'away.done.declined' : 'away.done.taken'));
              void client.invalidateQueries({ queryKey: ['appointments'] });
              void client.invalidateQueries({ queryKey: WAITLIST_KEY }).then(() => focusIsLost() && focusHeading());
            }}
          />
        ))}
      </Stack>
    </section>
  );
}

function Entries({ title, items }: { title: string; items: Entry[] }) {
  const heading = useId();
  if (items.length === 0) return null;
  return (
    <section aria-labelledby={heading}>
      <Title order={2} size="h3" mb="md" id={heading}>
        {title}
      </Title>
      <Stack>
        {items.map((entry) => (
          <EntryCard key={entry.id} entry={entry} />
        ))}
      </Stack>
    </section>
  );
}

function EntryCard({ entry }: { entry: Entry }) {
  const { t } = useTranslation('waitlist');
  const { locale, zone } = useLocale();
  const user = useUser();
  const words = useEntryWords();
  const heading = useId();
  const forOther = entry.patient.id !== user?.patient_id;
  return (
    <Card component="article" aria-labelledby={heading} p={{ base: 'md', sm: 'lg' }}>
      <Stack gap="xs">
        <Group justify="space-between" align="flex-start">
          <Title order={3} size="h4" id={heading}>
            {words.what(entry)}
          </Title>
          <Badge variant="light" size="lg" color={entry.status === 'waiting' ? undefined : 'gray'}>
            {t(`status.${entry.status}`)}
          </Badge>
        </Group>
        {forOther && <Text fw={600}>{t('mine.for', { name: entry.patient.name })}</Text>}
        <Text c="dimmed">{entry.clinic.name}</Text>
        {entry.appointment_start && entry.status === 'waiting' && (
          <Text>{t('mine.now', { when: formatDateTime(entry.appointment_start, zone, locale) })}</Text>
        )}
        <Text>{words.wishes(entry)}</Text>
        {entry.place && <Text fw={600}>{t(`place.${entry.place}`)}</Text>}
        {entry.offer && <Answer offer={entry.offer} named={forOther} />}
        {entry.status === 'waiting' && (
          <Group mt="xs" gap="xs">
            <ChangeButton entry={entry} named={words.what(entry)} size="sm" />
            <Leave entry={entry} what={words.what(entry)} />
          </Group>
        )}
      </Stack>
    </Card>
  );
}

function Answer({ offer, named }: { offer: Offer; named: boolean }) {
  const { t } = useTranslation('waitlist');
  const client = useQueryClient();
  const again = async () => {
    await client.invalidateQueries({ queryKey: WAITLIST_KEY });
    if (focusIsLost()) focusHeading();
  };
  const accept = useMutation({
    mutationFn: () => acceptOffer(offer.id),
    onSuccess: async () => {
      notifyDone(t('offer.accepted'));
      await client.invalidateQueries({ queryKey: ['appointments'] });
      await again();
    },
  });
  const decline = useMutation({
    mutationFn: () => declineOffer(offer.id),
    onSuccess: async () => {
      notifyDone(t('offer.declined'));
      await again();
    },
  });
  return (
    <OfferCard
      offer={offer}
      named={named}
      busy={accept.isPending || decline.isPending}
      error={accept.error ?? decline.error}
      onAccept={() => accept.mutate()}
      onDecline={() => decline.mutate()}
      onOver={() => void again()}
    />
  );
}

function Leave({ entry, what }: { entry: Entry; what: string }) {
  const { t } = useTranslation('waitlist');
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const leave = useMutation({
    mutationFn: () => leaveWaitlist(entry.id),
    onSuccess: async () => {
      setAsking(false);
      notifyDone(t('mine.left'));
      await client.invalidateQueries({ queryKey: WAITLIST_KEY });
      if (focusIsLost()) focusHeading();
    },
  });
  return (
    <>
      <Button variant="default" size="sm" aria-label={t('mine.leaveNamed', { what })} onClick={() => setAsking(true)}>
        {t('mine.leave')}
      </Button>
      <ConfirmDialog
        opened={asking}
        title={t('mine.leaveNamed', { what })}
        confirm={t('mine.leave')}
        danger
        busy={leave.isPending}
        error={leave.error}
        onConfirm={() => leave.mutate()}
        onClose={() => setAsking(false)}
      >
        <Text>{t('mine.leaveText')}</Text>
      </ConfirmDialog>
    </>
  );
}
