import { Alert, Button, Group, Select, Stack, Text, Textarea } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { appointmentsQuery } from '@/api/appointments';
import { consentsQuery } from '@/api/consents';
import { ownRequestsQuery } from '@/api/privacy';
import { useUser } from '@/api/session';
import { formatDateTime } from '@/lib/time';
import { notifyDone } from '@/ui/notify';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';
import { Section } from '@/ui/Section';
import { useAsk, useUndo } from './useRequests';
import classes from './Privacy.module.css';

const LONGEST = 2000;

/** Asking a clinic to correct what it wrote down, and its answers. */
export function CorrectSection() {
  const { t } = useTranslation('privacy');
  return (
    <Section title={t('correct.title')} text={t('correct.text')}>
      <Stack gap="lg">
        <Answers />
        <Form />
      </Stack>
    </Section>
  );
}

function Form() {
  const { t } = useTranslation(['privacy', 'ui']);
  const { locale, zone } = useLocale();
  const errorText = useErrorText();
  const user = useUser();
  const visits = useInfiniteQuery(appointmentsQuery({ patient_id: user?.patient_id ?? '', order: 'desc' })).data;
  const clinics = useQuery(consentsQuery()).data ?? [];
  const [about, setAbout] = useState<string | null>(null);
  const [wish, setWish] = useState('');
  const [missing, setMissing] = useState(false);
  const ask = useAsk(() => {
    setWish('');
    setAbout(null);
    notifyDone(t('privacy:correct.asked'));
  });
  const found = visits?.pages.flatMap(({ items }) => items) ?? [];
  const choices = [
    ...found.map((visit) => ({
      value: `visit:${visit.id}`,
      label: `${formatDateTime(visit.start, zone, locale)} · ${visit.provider.name}`,
    })),
    ...clinics.map((clinic) => ({
      value: `clinic:${clinic.clinic_id}`,
      label: t('privacy:correct.other', { clinic: clinic.clinic_name }),
    })),
  ];
  const submit = () => {
    const lacking = !wish.trim() || !about;
    setMissing(lacking);
    if (lacking || !about) return;
    const [kind, id = ''] = about.split(':');
    ask.mutate({ kind: 'correct', wish: wish.trim(), ...(kind === 'visit' ? { appointment_id: id } : { clinic_id: id }) });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack>
        <Select
          label={t('privacy:correct.about')}
          data={choices}
          value={about}
          onChange={setAbout}
          error={missing && !about ? t('privacy:correct.needed') : undefined}
        />
        <Textarea
          label={t('privacy:correct.wish')}
          autosize
          minRows={2}
          maxLength={LONGEST}
          value={wish}
          onChange={(event) => setWish(event.currentTarget.value)}
          error={missing && !wish.trim() ? t('privacy:correct.needed') : undefined}
        />
        {ask.error && (
          <Alert color="red" role="alert">
            {errorText(ask.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button type="submit" variant="default" loading={ask.isPending}>
            {t('privacy:correct.ask')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Answers() {
  const { t } = useTranslation('privacy');
  const { locale, zone } = useLocale();
  const requests = useQuery(ownRequestsQuery()).data ?? [];
  const undo = useUndo();
  const found = requests.filter(({ kind }) => kind === 'correct');
  if (found.length === 0) return null;
  return (
    <ul className={classes.rows}>
      {found.map((request) => (
        <li key={request.id}>
          <div className={classes.what}>
            <Text>{request.wish}</Text>
            <Text size="sm" c="dimmed">
              {request.status === 'open'
                ? t('correct.due', { when: formatDateTime(request.due_at, zone, locale) })
                : t(request.status === 'cancelled' ? 'correct.cancelled' : request.accepted ? 'correct.accepted' : 'correct.refused')}
            </Text>
            {request.answer && <Text mt={4}>{t('correct.answer', { answer: request.answer })}</Text>}
          </div>
          {request.status === 'open' && (
            <Button variant="default" size="sm" loading={undo.isPending} onClick={() => undo.mutate(request.id)}>
              {t('correct.undo')}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
