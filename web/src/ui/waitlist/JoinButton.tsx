import { Button, type ButtonProps, Modal, Select, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { useState } from 'react';
import type { Appointment, Mode, Specialty } from '@/api/types';
import { type Entry, URGENCIES, type Urgency } from '@/api/waitlist';
import { dateOf } from '@/lib/time';
import { useLocale } from '@/ui/useLocale';
import { type Circle, circleOf } from './circle';
import { WishForm } from './WishForm';
import { WithWhom } from './WithWhom';

interface JoinProps extends ButtonProps {
  provider: { id: string; name: string; clinicId: string; specialties: Specialty[] };
  visitType: { id: string; name: string; modes: Mode[] };
  mode: Mode;
  /** For whom the front desk enters it; then it is asked how urgent it is. */
  patient?: { id: string; name: string };
}

/** Opens the form to wait for a time with a provider, with several, or with anybody of a specialty. */
export function JoinButton({ provider, visitType, mode, patient, ...look }: JoinProps) {
  const { t } = useTranslation(['waitlist', 'ui']);
  const [opened, { open, close }] = useDisclosure(false);
  const [circle, setCircle] = useState<Circle>({ kind: 'one' });
  const [urgency, setUrgency] = useState<Urgency>('routine');
  const whom = circleOf(circle, provider.id);
  return (
    <>
      <Button variant="light" {...look} onClick={open}>
        {t(patient ? 'desk.enter' : 'join.open')}
      </Button>
      <Modal opened={opened} onClose={close} title={t('join.title')} closeButtonProps={{ 'aria-label': t('ui:close') }}>
        <Stack>
          {patient && <Text fw={600}>{t('mine.for', { name: patient.name })}</Text>}
          <Text fw={600}>{t('join.with', { type: visitType.name, name: provider.name })}</Text>
          <WithWhom provider={provider} value={circle} onChange={setCircle} />
          {patient && (
            <Select
              label={t('desk.urgency')}
              maw="16rem"
              allowDeselect={false}
              value={urgency}
              data={URGENCIES.map((one) => ({ value: one, label: t(`urgency.${one}`) }))}
              onChange={(next) => setUrgency(URGENCIES.find((one) => one === next) ?? 'routine')}
            />
          )}
          {whom && (
            <WishForm
              what={{ visit_type_id: visitType.id, ...whom, ...(patient ? { patient_id: patient.id, urgency } : {}) }}
              clinicId={provider.clinicId}
              modes={visitType.modes}
              liked={[mode]}
              onJoined={close}
            />
          )}
        </Stack>
      </Modal>
    </>
  );
}

/** Opens the form to change what an entry is for. */
export function ChangeButton({ entry, named, ...look }: ButtonProps & { entry: Entry; named: string }) {
  const { t } = useTranslation(['waitlist', 'ui']);
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" {...look} aria-label={t('mine.changeNamed', { what: named })} onClick={open}>
        {t('mine.change')}
      </Button>
      <Modal opened={opened} onClose={close} title={t('mine.changeTitle')} closeButtonProps={{ 'aria-label': t('ui:close') }}>
        <Stack>
          <Text fw={600}>{named}</Text>
          <Text>{t('mine.changeText')}</Text>
          <WishForm entry={entry} clinicId={entry.clinic.id} modes={entry.possible_modes} liked={entry.modes} onJoined={close} />
        </Stack>
      </Modal>
    </>
  );
}

/** Opens the form to be told of an earlier time for a visit. */
export function EarlierButton({ visit, ...look }: ButtonProps & { visit: Appointment }) {
  const { t } = useTranslation(['waitlist', 'ui']);
  const { zone } = useLocale();
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" {...look} onClick={open}>
        {t('join.earlier')}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={t('join.earlierTitle')}
        closeButtonProps={{ 'aria-label': t('ui:close') }}
      >
        <Stack>
          <Text>{t('join.earlierText')}</Text>
          <WishForm
            what={{ appointment_id: visit.id }}
            clinicId={visit.clinic.id}
            modes={[visit.mode]}
            liked={[visit.mode]}
            last={dateOf(visit.start, zone)}
            onJoined={close}
          />
        </Stack>
      </Modal>
    </>
  );
}
