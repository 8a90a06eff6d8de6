import { ActionIcon, Alert, Button, Card, Group, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Absence, addAbsence, removeAbsence } from '@/api/schedule';
import { formatDateTime } from '@/lib/time';
import { fieldInstant } from '@/lib/wallTime';
import { notifyDone } from '@/ui/notify';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';
import { useZoneName } from '@/ui/useZoneName';
import { useEditing } from './EditingContext';
import classes from './Schedule.module.css';

const LONGEST_REASON = 200;

/** Times the provider is away. They are kept at once, apart from the hours, and visits already booked stay. */
export function AbsencesEditor({ absences }: { absences: Absence[] }) {
  const { t } = useTranslation('schedule');
  const zoneName = useZoneName();
  const { draft } = useEditing();
  return (
    <Stack gap="md">
      <Card padding="md" component="section" aria-label={t('absence.new')}>
        <Title order={2} size="h3">{t('absence.new')}</Title>
        <Text size="sm" c="dimmed" mb="sm">
          {t('absence.hint', { zone: zoneName(draft.time_zone) })}
        </Text>
        <NewAbsence />
      </Card>
      <Card padding="md" component="section" aria-label={t('absence.ahead')}>
        <Title order={2} size="h3" mb="xs">
          {t('absence.ahead')}
        </Title>
        {absences.length === 0 && <Text c="dimmed">{t('absence.none')}</Text>}
        <ul className={classes.coming}>
          {absences.map((absence) => (
            <Entry key={absence.id} absence={absence} />
          ))}
        </ul>
      </Card>
    </Stack>
  );
}

function NewAbsence() {
  const { t } = useTranslation(['schedule', 'ui']);
  const errorText = useErrorText();
  const { draft, provider } = useEditing();
  const refresh = useScheduleRefresh();
  const [start, setStart] = useState('');
  const [end, setEnd] = useState('');
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const from = fieldInstant(start, draft.time_zone);
  const to = fieldInstant(end, draft.time_zone);
  const add = useMutation({
    mutationFn: (times: { start: string; end: string }) => addAbsence(provider.id, { ...times, reason: reason.trim() }),
    onSuccess: () => {
      notifyDone(t('schedule:absence.added'));
      setStart('');
      setEnd('');
      setReason('');
      setTried(false);
      return refresh();
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    if (from && to && from < to) add.mutate({ start: from, end: to });
  };
  const endWrong = !to ? t('schedule:needed') : from && from >= to ? t('schedule:absence.endFirst') : undefined;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput
            type="datetime-local"
            label={t('schedule:absence.start')}
            value={start}
            error={tried && !from ? t('schedule:needed') : undefined}
            onChange={(event) => setStart(event.currentTarget.value)}
          />
          <TextInput
            type="datetime-local"
            label={t('schedule:absence.end')}
            value={end}
            min={start}
            error={tried ? endWrong : undefined}
            onChange={(event) => setEnd(event.currentTarget.value)}
          />
        </SimpleGrid>
        <TextInput
          label={`${t('schedule:absence.reason')} (${t('ui:optional')})`}
          description={t('schedule:absence.reasonHint')}
          maxLength={LONGEST_REASON}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {add.error && (
          <Alert color="red" role="alert">
            {errorText(add.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={add.isPending}>
            {t('schedule:absence.add')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Entry({ absence }: { absence: Absence }) {
  const { t } = useTranslation('schedule');
  const { locale } = useLocale();
  const errorText = useErrorText();
  const { draft, provider } = useEditing();
  const refresh = useScheduleRefresh();
  const remove = useMutation({
    mutationFn: () => removeAbsence(provider.id, absence.id),
    onSuccess: () => notifyDone(t('absence.removed')),
    onSettled: refresh,
  });
  const words = t('absence.fromTo', {
    start: formatDateTime(absence.start, draft.time_zone, locale),
    end: formatDateTime(absence.end, draft.time_zone, locale),
  });
  return (
    <li>
      <Group justify="space-between" wrap="nowrap">
        <span>
          <Text span fw={600} display="block">
            {words}
          </Text>
          <Text span size="sm" c="dimmed">
            {absence.reason}
          </Text>
        </span>
        <ActionIcon
          size={44}
          variant="subtle"
          color="gray"
          loading={remove.isPending}
          aria-label={t('absence.remove', { absence: words })}
          onClick={() => remove.mutate()}
        >
          <IconTrash size={20} aria-hidden="true" />
        </ActionIcon>
      </Group>
      {remove.error && (
        <Alert color="red" role="alert">
          {errorText(remove.error)}
        </Alert>
      )}
    </li>
  );
}

function useScheduleRefresh(): () => Promise<unknown> {
  const client = useQueryClient();
  const { provider } = useEditing();
  return () =>
    Promise.all(
      [['schedule', provider.id], ['preview', provider.id], ['slots', provider.id], ['agenda', provider.id]].map((queryKey) =>
        client.invalidateQueries({ queryKey }),
      ),
    );
}
