import { Button, Card, Group, Select, Stack, Text, Title } from '@mantine/core';
import { IconHourglass } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '@/api/live';
import { clinicWaitlistQuery, type Entry, leaveWaitlist, setUrgency, URGENCIES, type Urgency } from '@/api/waitlist';
import { dateOf, formatDate, formatDateTime, formatTime } from '@/lib/time';
import { ButtonLink } from '@/ui/ButtonLink';
import { ClinicSwitch } from '@/ui/clinic/ClinicSwitch';
import { NoClinic } from '@/ui/clinic/NoClinic';
import { useClinic, useIsAdmin } from '@/ui/clinic/useClinic';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { focusHeading, focusIsLost } from '@/ui/focusHeading';
import { notifyDone, notifyFailed } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { EmptyState } from '@/ui/States';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';
import { ChangeButton } from '@/ui/waitlist/JoinButton';
import { useEntryWords } from '@/ui/waitlist/useEntryWords';
import { WaitlistRules } from './WaitlistRules';

const route = getRouteApi('/desk/waitlist');

/** Everybody who waits at the clinic. */
export function WaitlistScreen() {
  const clinicId = useClinic(route.useSearch().clinic, 'staff', 'admin');
  return clinicId ? <OfClinic clinicId={clinicId} /> : <NoClinic />;
}

function OfClinic({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('waitlist');
  const navigate = route.useNavigate();
  const admin = useIsAdmin(clinicId);
  const key = ['clinic', clinicId, 'waitlist'];
  useLive(`clinic:${clinicId}`, key);
  const query = useQuery(clinicWaitlistQuery(clinicId));
  return (
    <Screen
      title={t('desk.title')}
      intro={t('desk.intro')}
      actions={
        <Group gap="sm">
          <ClinicSwitch clinicId={clinicId} onClinic={(clinic) => void navigate({ search: { clinic } })} />
          <ButtonLink to="/desk/book" search={{ clinic: clinicId }} variant="default">
            {t('desk.enter')}
          </ButtonLink>
        </Group>
      }
    >
      <Stack gap="xl">
        <QueryView
          query={query}
          empty={{
            when: (items) => items.length === 0,
            show: <EmptyState icon={IconHourglass} title={t('desk.none')} text={t('desk.noneText')} />,
          }}
        >
          {(items) => (
            <Stack component="ol" style={{ listStyle: 'none', margin: 0, padding: 0 }} aria-label={t('desk.title')}>
              {items.map((entry) => (
                <li key={entry.id}>
                  <Row entry={entry} again={key} />
                </li>
              ))}
            </Stack>
          )}
        </QueryView>
        {admin && <WaitlistRules clinicId={clinicId} />}
      </Stack>
    </Screen>
  );
}

function Row({ entry, again }: { entry: Entry; again: string[] }) {
  const { t } = useTranslation('waitlist');
  const { locale, zone } = useLocale();
  const words = useEntryWords();
  const client = useQueryClient();
  const errorText = useErrorText();
  const heading = useId();
  const urgency = useMutation({
    mutationFn: (next: Urgency) => setUrgency(entry.id, next),
    onSuccess: () => {
      notifyDone(t('desk.urgencySet'));
      return client.invalidateQueries({ queryKey: again });
    },
    onError: (error) => notifyFailed(errorText(error)),
  });
  const since = formatDate(dateOf(entry.joined_at, zone), locale, { dateStyle: 'medium' });
  return (
    <Card component="article" aria-labelledby={heading} p="md">
      <Group justify="space-between" align="flex-start" gap="md">
        <div style={{ flex: '1 1 18rem', minWidth: 0 }}>
          <Title order={2} size="h4" id={heading}>
            {entry.patient.name}
          </Title>
          <Text>{words.what(entry)}</Text>
          <Text size="sm" c="dimmed">
            {words.wishes(entry)}
          </Text>
          <Text size="sm">
            {[
              entry.place && t(`placeShort.${entry.place}`),
              t('desk.since', { date: since }),
              t('desk.offers', { count: entry.offers ?? 0 }),
            ]
              .filter(Boolean)
              .join(' · ')}
          </Text>
          {entry.offer && (
            <Text size="sm" fw={600}>
              {t('desk.offered', {
                when: formatDateTime(entry.offer.start, zone, locale),
                until: formatTime(entry.offer.expires_at, zone, locale),
              })}
            </Text>
          )}
        </div>
        <Group align="flex-end" gap="sm">
          <Select
            label={t('desk.urgency')}
            aria-label={t('desk.urgencyOf', { name: entry.patient.name })}
            w="9rem"
            allowDeselect={false}
            value={entry.urgency}
            data={URGENCIES.map((one) => ({ value: one, label: t(`urgency.${one}`) }))}
            onChange={(next) => {
              const one = URGENCIES.find((each) => each === next);
              if (one) urgency.mutate(one);
            }}
          />
          <ChangeButton entry={entry} named={`${entry.patient.name}: ${words.what(entry)}`} />
          <Remove entry={entry} again={again} />
        </Group>
      </Group>
    </Card>
  );
}

function Remove({ entry, again }: { entry: Entry; again: string[] }) {
  const { t } = useTranslation('waitlist');
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const named = t('desk.removeNamed', { name: entry.patient.name });
  const remove = useMutation({
    mutationFn: () => leaveWaitlist(entry.id),
    onSuccess: async () => {
      setAsking(false);
      notifyDone(t('desk.removed'));
      await client.invalidateQueries({ queryKey: again });
      if (focusIsLost()) focusHeading();
    },
  });
  return (
    <>
      <Button variant="default" aria-label={named} onClick={() => setAsking(true)}>
        {t('desk.remove')}
      </Button>
      <ConfirmDialog
        opened={asking}
        title={named}
        confirm={t('desk.remove')}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
        onClose={() => setAsking(false)}
      >
        <Text>{t('desk.removeText')}</Text>
      </ConfirmDialog>
    </>
  );
}
