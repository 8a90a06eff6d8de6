import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Patient } from '@/api/patients';
import { providerQuery, visitTypesQuery } from '@/api/providers';
import type { Accommodations, Mode, Slot } from '@/api/types';
import { TextLink } from '@/ui/ButtonLink';
import { NoClinic } from '@/ui/clinic/NoClinic';
import { useClinic } from '@/ui/clinic/useClinic';
import { Screen } from '@/ui/Screen';
import { DetailsStep } from './DetailsStep';
import { PatientStep } from './PatientStep';
import { Step } from './Step';
import { Summary } from './Summary';
import { TimeStep } from './TimeStep';
import { VisitStep } from './VisitStep';
import classes from './Desk.module.css';

const route = getRouteApi('/desk/book');

/** A time picked from what is free, or one that the clinic takes on purpose whatever else is there. */
export interface PickedTime {
  slot: Slot;
  overbook: { reason: string } | null;
}

/** Books for a patient on the phone or at the desk, on one page: who, what, when, and what for. */
export function BookForScreen() {
  const clinicId = useClinic(route.useSearch().clinic, 'staff', 'admin');
  return clinicId ? <BookFor clinicId={clinicId} /> : <NoClinic />;
}

function BookFor({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('frontdesk');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [patient, setPatient] = useState<Patient | null>(null);
  const [time, setTime] = useState<PickedTime | null>(null);
  const [reason, setReason] = useState('');
  const [needs, setNeeds] = useState<Accommodations>({});
  const provider = useQuery({ ...providerQuery(search.provider ?? ''), enabled: search.provider !== undefined }).data;
  const types = useQuery({ ...visitTypesQuery(search.provider ?? ''), enabled: search.provider !== undefined }).data;
  const visitType = types?.items.find(({ id }) => id === search.type);
  const mode: Mode | undefined = visitType?.modes.find((one) => one === search.mode) ?? visitType?.modes[0];
  const choose = (change: { provider?: string; type?: string | undefined; mode?: Mode | undefined; from?: string }) => {
    if (!('from' in change)) setTime(null);
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false });
  };
  return (
    <Screen title={t('bookFor')} width="wide" actions={<TextLink to="/desk">{t('backToDesk')}</TextLink>}>
      <div className={classes.book}>
        <Stack gap="lg">
          <PatientStep clinicId={clinicId} patient={patient} onPatient={setPatient} />
          <VisitStep
            clinicId={clinicId}
            providerId={search.provider}
            types={types?.items}
            visitType={visitType}
            mode={mode}
            onChoose={choose}
          />
          {provider && visitType && mode ? (
            <TimeStep
              patient={patient}
              provider={provider}
              visitType={visitType}
              mode={mode}
              from={search.from}
              onFrom={(from) => choose({ from })}
              time={time}
              onTime={setTime}
            />
          ) : (
            <Step number={3} title={t('step.time')}>
              <Text c="dimmed">{t('missing.visit')}</Text>
            </Step>
          )}
          <DetailsStep reason={reason} needs={needs} onReason={setReason} onNeeds={setNeeds} />
        </Stack>
        <Summary
          patient={patient}
          provider={provider}
          visitType={visitType}
          mode={mode}
          time={time}
          reason={reason}
          needs={needs}
          onTime={setTime}
        />
      </div>
    </Screen>
  );
}
