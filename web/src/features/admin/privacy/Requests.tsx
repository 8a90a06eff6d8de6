import { Badge, Button, Radio, Stack, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '@/api/live';
import { answerRequest, type ClinicPrivacyRequest, clinicRequestsQuery } from '@/api/privacy';
import { formatDateTime } from '@/lib/time';
import { TextLink } from '@/ui/ButtonLink';
import { QueryView } from '@/ui/QueryView';
import { useLocale } from '@/ui/useLocale';
import { EditDrawer, EditForm } from '../EditDrawer';
import { useSave } from '../useSave';
import classes from '../Admin.module.css';

/** What people asked for; corrections are answered here, the rest takes its course by itself. */
export function Requests({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('admin');
  const query = useQuery(clinicRequestsQuery(clinicId));
  const [answering, setAnswering] = useState<ClinicPrivacyRequest | null>(null);
  useLive(`clinic:${clinicId}`, ['clinic', clinicId, 'privacy-requests']);
  return (
    <>
      <QueryView
        query={query}
        empty={{ when: (items) => items.length === 0, show: <Text>{t('privacy.requests.none')}</Text> }}
      >
        {(items) => (
          <ul className={classes.lines}>
            {items.map((request) => (
              <Line key={request.id} request={request} onAnswer={() => setAnswering(request)} />
            ))}
          </ul>
        )}
      </QueryView>
      <EditDrawer
        title={answering ? t('privacy.requests.answerTo', { name: answering.person_name }) : ''}
        opened={answering !== null}
        onClose={() => setAnswering(null)}
      >
        {answering && <Answer clinicId={clinicId} request={answering} onClose={() => setAnswering(null)} />}
      </EditDrawer>
    </>
  );
}

function Line({ request, onAnswer }: { request: ClinicPrivacyRequest; onAnswer: () => void }) {
  const { t } = useTranslation('admin');
  const { locale, zone } = useLocale();
  const when = (at: string) => formatDateTime(at, zone, locale);
  const closed = request.status === 'done' || request.status === 'cancelled';
  const certificate = request.facts['certificate'];
  const times = [
    t('privacy.requests.asked', { when: when(request.asked_at) }),
    !closed && t(request.overdue ? 'privacy.requests.overdue' : 'privacy.requests.due', { when: when(request.due_at) }),
    request.status === 'waiting' && request.runs_at && t('privacy.requests.runs', { when: when(request.runs_at) }),
    closed && request.done_at && t('privacy.requests.done', { when: when(request.done_at) }),
    typeof certificate === 'string' && t('privacy.requests.certificate', { number: certificate }),
  ];
  return (
    <li>
      <div className={classes.lineText}>
        <Text fw={600}>
          {t(`privacy.requests.kind.${request.kind}`)} · {request.person_name}
        </Text>
        {request.wish && <Text>{request.wish}</Text>}
        {request.answer && <Text c="dimmed">{request.answer}</Text>}
        <Text size="sm" c="dimmed">
          {times.filter(Boolean).join(' · ')}
        </Text>
        {request.appointment_id && (
          <TextLink size="sm" to="/visits/$visitId" params={{ visitId: request.appointment_id }}>
            {t('privacy.requests.visit')}
          </TextLink>
        )}
      </div>
      <Badge variant="light" size="lg" color={request.overdue ? 'red' : closed ? 'gray' : undefined}>
        {t(`privacy.requests.status.${request.status}`)}
      </Badge>
      {request.kind === 'correct' && request.status === 'open' && (
        <Button size="sm" aria-label={t('privacy.requests.answerTo', { name: request.person_name })} onClick={onAnswer}>
          {t('privacy.requests.answer')}
        </Button>
      )}
    </li>
  );
}

interface AnswerProps {
  clinicId: string;
  request: ClinicPrivacyRequest;
  onClose: () => void;
}

function Answer({ clinicId, request, onClose }: AnswerProps) {
  const { t } = useTranslation('admin');
  const form = useForm({
    initialValues: { accepted: 'yes', answer: '' },
    validate: { answer: (value) => (value.trim() ? null : t('privacy.requests.needed')) },
  });
  const save = useSave({
    form,
    save: ({ accepted, answer }) => answerRequest(clinicId, request.id, { accepted: accepted === 'yes', answer: answer.trim() }),
    keys: [['clinic', clinicId, 'privacy-requests']],
    onSaved: onClose,
  });
  return (
    <EditForm
      busy={save.isPending}
      error={save.error}
      onClose={onClose}
      action={t('privacy.requests.send')}
      onSubmit={form.onSubmit((values) => save.mutate(values))}
    >
      <Text>{request.wish}</Text>
      <Radio.Group aria-label={t('privacy.requests.answer')} {...form.getInputProps('accepted')}>
        <Stack gap="xs">
          <Radio size="md" value="yes" label={t('privacy.requests.accept')} />
          <Radio size="md" value="no" label={t('privacy.requests.refuse')} />
        </Stack>
      </Radio.Group>
      <Textarea
        label={t('privacy.requests.words')}
        autosize
        minRows={3}
        maxLength={2000}
        {...form.getInputProps('answer')}
      />
    </EditForm>
  );
}
