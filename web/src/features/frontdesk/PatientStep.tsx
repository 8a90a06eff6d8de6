import { Badge, Button, Group, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch, IconUserPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Patient, patientsQuery } from '@/api/patients';
import { formatDate } from '@/lib/time';
import { Announcer } from '@/ui/Announcer';
import { Portrait } from '@/ui/Portrait';
import { ErrorState } from '@/ui/States';
import { useLocale } from '@/ui/useLocale';
import { NewPatientDialog } from './NewPatientDialog';
import { Step } from './Step';
import classes from './Desk.module.css';

const TYPING_MS = 250;
const SHORTEST = 2;

interface PatientStepProps {
  clinicId: string;
  patient: Patient | null;
  onPatient: (patient: Patient | null) => void;
}

/** Who the visit is for: one of the clinic's patients, or somebody new. */
export function PatientStep({ clinicId, patient, onPatient }: PatientStepProps) {
  const { t } = useTranslation('frontdesk');
  return (
    <Step number={1} title={t('step.patient')}>
      {patient ? (
        <div className={classes.chosen}>
          <PatientFacts patient={patient} />
          <Button variant="default" size="sm" ml="auto" onClick={() => onPatient(null)}>
            {t('patient.change')}
          </Button>
        </div>
      ) : (
        <PatientSearch clinicId={clinicId} onPatient={onPatient} />
      )}
    </Step>
  );
}

function PatientSearch({ clinicId, onPatient }: { clinicId: string; onPatient: (patient: Patient) => void }) {
  const { t } = useTranslation('frontdesk');
  const [words, setWords] = useState('');
  const [adding, setAdding] = useState(false);
  const [asked] = useDebouncedValue(words.trim(), TYPING_MS);
  const query = useQuery({
    ...patientsQuery(clinicId, asked),
    enabled: asked.length >= SHORTEST,
    placeholderData: keepPreviousData,
  });
  const found = asked.length >= SHORTEST ? query.data : undefined;
  return (
    <>
      <Group align="flex-end" gap="sm">
        <TextInput
          flex={1}
          miw="14rem"
          type="search"
          label={t('patient.search')}
          description={t('patient.searchHint')}
          leftSection={<IconSearch size={18} aria-hidden="true" />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <Button variant="default" leftSection={<IconUserPlus size={18} aria-hidden="true" />} onClick={() => setAdding(true)}>
          {t('patient.new')}
        </Button>
      </Group>
      <Announcer text={found ? t('patient.found', { count: found.length }) : ''} />
      {query.error && <ErrorState error={query.error} retry={() => void query.refetch()} />}
      {found?.length === 0 && (
        <Text mt="sm" c="dimmed">
          {t('patient.none')}
        </Text>
      )}
      {found && found.length > 0 && (
        <ul className={classes.found}>
          {found.map((patient) => (
            <li key={patient.id}>
              <UnstyledButton className={classes.person} onClick={() => onPatient(patient)}>
                <PatientFacts patient={patient} />
              </UnstyledButton>
            </li>
          ))}
        </ul>
      )}
      <NewPatientDialog
        opened={adding}
        clinicId={clinicId}
        name={words.includes('@') ? '' : words.trim()}
        onClose={() => setAdding(false)}
        onAdded={onPatient}
      />
    </>
  );
}

function PatientFacts({ patient }: { patient: Patient }) {
  const { t } = useTranslation('frontdesk');
  const { locale } = useLocale();
  const born = patient.born_on && t('patient.born', { date: formatDate(patient.born_on, locale, { dateStyle: 'medium' }) });
  return (
    <>
      <Portrait name={patient.full_name} size={44} />
      <Stack gap={0} miw={0}>
        <Text fw={650}>{patient.full_name}</Text>
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {[born, patient.phone, patient.email].filter(Boolean).join(' · ')}
        </Text>
        {patient.restricted && (
          <Badge variant="light" color="yellow" mt={4}>
            {t('patient.restricted')}
          </Badge>
        )}
      </Stack>
    </>
  );
}
