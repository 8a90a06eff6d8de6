import { Alert, Button, Card, NumberInput, Radio, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type LinkAnswer, linkQuery, type LinkVisit, useLinkOf } from '@/api/messages';
import { formatDateTime } from '@/lib/time';
import { ButtonLink } from '@/ui/ButtonLink';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';
import { VisitTime } from '@/ui/VisitTime';
import classes from './Messages.module.css';

/** Where a one-tap link leads: says what would happen, and one press does it, since programs follow links. */
export function AnswerScreen() {
  const { t } = useTranslation('messages');
  // Read once: the fragment stays with the browser.
  const [token] = useState(() => window.location.hash.replace(/^#/u, ''));
  const query = useQuery({ ...linkQuery(token), enabled: token !== '' });
  return (
    <Screen title={t('answer.title')} width="narrow">
      <Card p={{ base: 'lg', sm: 'xl' }}>
        {token === '' ? (
          <Stack>
            <Text>{t('answer.noLink')}</Text>
            <ButtonLink to="/visits">{t('answer.visits')}</ButtonLink>
          </Stack>
        ) : (
          <QueryView query={query}>{(visit) => <Answer token={token} visit={visit} />}</QueryView>
        )}
      </Card>
    </Screen>
  );
}

function Answer({ token, visit }: { token: string; visit: LinkVisit }) {
  const { t } = useTranslation('messages');
  const errorText = useErrorText();
  const { locale, zone } = useLocale();
  const use = useLinkOf(token);
  const answer = useMutation({ mutationFn: use });
  const purpose = visit.purpose as 'confirm' | 'reschedule' | 'cancel' | 'late';
  if (answer.data || visit.done) {
    const when = formatDateTime(answer.data?.start ?? visit.start, zone, locale);
    return (
      <Stack>
        <Text role="status" fw={600}>
          {t(`answer.${purpose}.done`, { when })}
        </Text>
        <ButtonLink to="/visits" variant="default">
          {t('answer.visits')}
        </ButtonLink>
      </Stack>
    );
  }
  return (
    <Stack>
      <Text>{t(`answer.${purpose}.text`)}</Text>
      <VisitFacts visit={visit} />
      {answer.error && (
        <Alert color="red" role="alert">
          {errorText(answer.error)}
          {visit.clinic_phone && ` ${t('answer.call', { phone: visit.clinic_phone })}`}
        </Alert>
      )}
      <Choices visit={visit} busy={answer.isPending} onAnswer={(said) => answer.mutate(said)} />
    </Stack>
  );
}

function VisitFacts({ visit }: { visit: LinkVisit }) {
  const { t } = useTranslation('messages');
  return (
    <dl className={classes.facts}>
      <dt>{t('answer.when')}</dt>
      <dd>
        <VisitTime start={visit.start} end={visit.end} placeZone={visit.time_zone} />
      </dd>
      <dt>{t('answer.with')}</dt>
      <dd>{visit.with_whom}</dd>
      <dt>{t('answer.clinic')}</dt>
      <dd>{visit.clinic}</dd>
      {visit.place && <dt>{t('answer.where')}</dt>}
      {visit.place && <dd>{visit.place}</dd>}
    </dl>
  );
}

interface ChoicesProps {
  visit: LinkVisit;
  busy: boolean;
  onAnswer: (said: LinkAnswer) => void;
}

const USUAL_DELAY = 10;

function Choices({ visit, busy, onAnswer }: ChoicesProps) {
  const { t } = useTranslation('messages');
  const { locale, zone } = useLocale();
  const [start, setStart] = useState('');
  const [minutes, setMinutes] = useState<string | number>(USUAL_DELAY);
  const [reason, setReason] = useState('');
  const purpose = visit.purpose as 'confirm' | 'reschedule' | 'cancel' | 'late';
  const said: LinkAnswer =
    purpose === 'reschedule' ? { start } : purpose === 'late' ? { minutes: Number(minutes) } : reason ? { reason } : {};
  const ready = purpose !== 'reschedule' || start !== '';
  if (purpose === 'reschedule' && visit.times.length === 0) return <Text>{t('answer.reschedule.none')}</Text>;
  return (
    <>
      {purpose === 'reschedule' && (
        <Radio.Group label={t('answer.reschedule.choose')} value={start} onChange={setStart}>
          <Stack gap="xs" mt="xs">
            {visit.times.map((time) => (
              <Radio key={time} size="md" value={time} label={formatDateTime(time, zone, locale)} />
            ))}
          </Stack>
        </Radio.Group>
      )}
      {purpose === 'late' && (
        <NumberInput
          label={t('answer.late.minutes')}
          min={5}
          max={120}
          step={5}
          allowDecimal={false}
          maw="12rem"
          value={minutes}
          onChange={setMinutes}
        />
      )}
      {purpose === 'cancel' && visit.reason_required && (
        <Textarea
          label={t('answer.cancel.reason')}
          maxLength={500}
          autosize
          minRows={2}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
      <Button
        size="lg"
        color={purpose === 'cancel' ? 'red' : undefined}
        loading={busy}
        disabled={!ready}
        onClick={() => onAnswer(said)}
      >
        {t(`answer.${purpose}.action`)}
      </Button>
    </>
  );
}
