import { Alert, Button, Group, SimpleGrid, Stack, Switch, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Patient } from '@/api/patients';
import type { Mode, Provider, VisitType } from '@/api/types';
import { fieldInstant } from '@/lib/wallTime';
import { SlotPicker } from '@/ui/slots/SlotPicker';
import { useLocale } from '@/ui/useLocale';
import { useZoneName } from '@/ui/useZoneName';
import { JoinButton } from '@/ui/waitlist/JoinButton';
import type { PickedTime } from './BookForScreen';
import { Step } from './Step';

interface TimeStepProps {
  patient: Patient | null;
  provider: Provider;
  visitType: VisitType;
  mode: Mode;
  from: string | undefined;
  onFrom: (from: string) => void;
  time: PickedTime | null;
  onTime: (time: PickedTime | null) => void;
}

/** When: one of the free times or, on purpose and with a reason, any time at all. */
export function TimeStep({ patient, provider, visitType, mode, from, onFrom, time, onTime }: TimeStepProps) {
  const { t } = useTranslation('frontdesk');
  const [overbooking, setOverbooking] = useState(time?.overbook != null);
  const placeZone = provider.locations[0]?.time_zone ?? provider.time_zone;
  return (
    <Step number={3} title={t('step.time')}>
      <Stack>
        <Switch
          size="md"
          label={t('overbook.switch')}
          description={t('overbook.hint')}
          checked={overbooking}
          onChange={(event) => {
            setOverbooking(event.currentTarget.checked);
            onTime(null);
          }}
        />
        {overbooking ? (
          <Overbook visitType={visitType} mode={mode} onTime={onTime} />
        ) : (
          <SlotPicker
            providerId={provider.id}
            placeZone={placeZone}
            visitType={visitType}
            mode={mode}
            from={from}
            onFrom={onFrom}
            picked={time?.slot.start}
            onPick={(slot) => onTime({ slot, overbook: null })}
          />
        )}
        <Wait patient={patient} provider={provider} visitType={visitType} mode={mode} />
      </Stack>
    </Step>
  );
}

/** For whom no free time suits: to wait for one. */
function Wait({ patient, provider, visitType, mode }: Pick<TimeStepProps, 'patient' | 'provider' | 'visitType' | 'mode'>) {
  const { t } = useTranslation('waitlist');
  if (!visitType.bookable_by.includes('patient')) return null;
  return (
    <Group justify="space-between" gap="sm">
      <Text size="sm" c="dimmed">
        {t(patient ? 'desk.enterHint' : 'desk.enterWhom')}
      </Text>
      {patient && (
        <JoinButton
          provider={{ id: provider.id, name: provider.name, clinicId: provider.clinic_id, specialties: provider.specialties }}
          visitType={visitType}
          mode={mode}
          patient={{ id: patient.id, name: patient.full_name }}
        />
      )}
    </Group>
  );
}

const LONGEST_REASON = 500;

function Overbook({ visitType, mode, onTime }: Pick<TimeStepProps, 'visitType' | 'mode' | 'onTime'>) {
  const { t } = useTranslation('frontdesk');
  const { zone } = useLocale();
  const zoneName = useZoneName();
  const [field, setField] = useState('');
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const start = fieldInstant(field, zone);
  const take = () => {
    setTried(true);
    if (!start || !reason.trim()) return;
    const end = new Date(Date.parse(start) + visitType.duration_minutes * 60_000).toISOString();
    onTime({ slot: { start, end, mode, location_id: null }, overbook: { reason: reason.trim() } });
  };
  const edit = (change: () => void) => {
    change();
    onTime(null);
  };
  return (
    <Alert color="yellow" variant="light" icon={<IconAlertTriangle size={22} aria-hidden="true" />} title={t('overbook.title')}>
      <Stack gap="sm">
        <Text size="sm">{t('overbook.text')}</Text>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput
            type="datetime-local"
            label={t('overbook.start')}
            description={zoneName(zone)}
            value={field}
            error={tried && !start ? t('needed') : undefined}
            onChange={(event) => {
              const { value } = event.currentTarget;
              edit(() => setField(value));
            }}
          />
          <TextInput
            label={t('overbook.reason')}
            description={t('overbook.reasonHint')}
            maxLength={LONGEST_REASON}
            value={reason}
            error={tried && !reason.trim() ? t('needed') : undefined}
            onChange={(event) => {
              const { value } = event.currentTarget;
              edit(() => setReason(value));
            }}
          />
        </SimpleGrid>
        <div>
          <Button variant="default" onClick={take}>
            {t('overbook.take')}
          </Button>
        </div>
      </Stack>
    </Alert>
  );
}
