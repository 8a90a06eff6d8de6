import { Alert, Button, Card, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { book } from '@/api/appointments';
import { missingConsents } from '@/api/consents';
import { hasCode } from '@/api/errors';
import type { Patient } from '@/api/patients';
import type { Accommodations, Mode, Provider, VisitType } from '@/api/types';
import { formatMoney } from '@/lib/money';
import { dateOf } from '@/lib/time';
import { randomUuid } from '@/lib/uuid';
import { notifyDone } from '@/ui/notify';
import { AskConsent } from '@/ui/consent/AskConsent';
import { SlotChoices } from '@/ui/slots/SlotChoices';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';
import { useVisitRefresh } from '@/ui/visit/useMove';
import { VisitTime } from '@/ui/VisitTime';
import type { PickedTime } from './BookForScreen';
import classes from './Desk.module.css';

interface SummaryProps {
  patient: Patient | null;
  provider: Provider | undefined;
  visitType: VisitType | undefined;
  mode: Mode | undefined;
  time: PickedTime | null;
  reason: string;
  needs: Accommodations;
  onTime: (time: PickedTime | null) => void;
}

/** What is going to be booked, and the button that books it. Says what is still missing. */
export function Summary({ patient, provider, visitType, mode, time, reason, needs, onTime }: SummaryProps) {
  const { t } = useTranslation(['frontdesk', 'consent', 'ui']);
  const { locale, zone } = useLocale();
  const errorText = useErrorText();
  const navigate = useNavigate();
  const refresh = useVisitRefresh();
  const [key, setKey] = useState(randomUuid);
  const missing = !patient ? 'patient' : !visitType ? 'visit' : !time ? 'time' : null;
  const placeZone = provider?.locations[0]?.time_zone ?? provider?.time_zone ?? zone;

  const save = useMutation({
    mutationFn: () => {
      if (!patient || !provider || !visitType || !mode || !time) throw new Error('not complete');
      return book(
        {
          provider_id: provider.id,
          visit_type_id: visitType.id,
          start: time.slot.start,
          mode,
          reason: reason.trim(),
          accommodations: needs,
          patient_id: patient.id,
          ...(time.slot.location_id ? { location_id: time.slot.location_id } : {}),
          ...(time.overbook ? { overbook: true, overbook_reason: time.overbook.reason } : {}),
        },
        key,
      );
    },
    onSuccess: (visit) => {
      notifyDone(t('frontdesk:booked', { name: visit.patient.name }));
      void navigate({ to: '/desk', search: { date: dateOf(visit.start, zone), visit: visit.id } });
      return refresh();
    },
    onError: (error) => {
      // A refusal is final for its key; what is sent next is another wish.
      if (!hasCode(error, 'no_network')) setKey(randomUuid());
      if (hasCode(error, 'slot_taken', 'slot_not_offered')) onTime(null);
    },
  });
  const alternatives = hasCode(save.error, 'slot_taken', 'slot_not_offered') ? (save.error.problem.alternatives ?? []) : [];
  const asked = missingConsents(save.error);
  return (
    <Card className={classes.summary} component="section" aria-label={t('frontdesk:summary.title')}>
      <Title order={2} size="h3" mb="md">
        {t('frontdesk:summary.title')}
      </Title>
      <dl className={classes.facts}>
        <Fact term={t('frontdesk:step.patient')} words={patient?.full_name} />
        <Fact term={t('frontdesk:provider')} words={provider?.name} />
        <Fact
          term={t('frontdesk:type')}
          words={visitType && mode ? `${visitType.name}, ${t(`ui:modeInSentence.${mode}`)}` : undefined}
        />
        <dt>{t('frontdesk:step.time')}</dt>
        <dd>{time ? <VisitTime start={time.slot.start} end={time.slot.end} placeZone={placeZone} /> : '—'}</dd>
        {time?.overbook && <Fact term={t('frontdesk:overbook.reason')} words={time.overbook.reason} />}
        {visitType?.price && <Fact term={t('frontdesk:price')} words={formatMoney(visitType.price, locale)} />}
      </dl>
      {asked && patient && (
        <AskConsent {...asked} patient={patient} action={t('consent:ask.noteAndBook')} onAgreed={() => save.mutate()} />
      )}
      {save.error && !asked && (
        <Alert color="red" role="alert" mt="md">
          {hasCode(save.error, 'patient_busy') ? t('frontdesk:patientBusy') : errorText(save.error)}
          <SlotChoices slots={alternatives} placeZone={placeZone} onPick={(slot) => onTime({ slot, overbook: null })} />
        </Alert>
      )}
      <Button
        mt="lg"
        fullWidth
        display={asked ? 'none' : undefined}
        loading={save.isPending}
        disabled={missing !== null}
        color={time?.overbook ? '#a83a00' : undefined}
        onClick={() => save.mutate()}
      >
        {time?.overbook ? t('frontdesk:summary.overbook') : t('frontdesk:summary.book')}
      </Button>
      <p className={classes.missing} aria-live="polite">
        {missing && t(`frontdesk:missing.${missing}`)}
      </p>
    </Card>
  );
}

function Fact({ term, words }: { term: string; words: string | undefined }) {
  return (
    <>
      <dt>{term}</dt>
      <dd>{words ?? '—'}</dd>
    </>
  );
}
