import { Button, type ButtonProps, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import type { Appointment, Mode } from '@/api/types';
import { dateOf } from '@/lib/time';
import { useLocale } from '@/ui/useLocale';
import { WishForm } from './WishForm';

interface JoinProps extends ButtonProps {
  provider: { id: string; name: string; clinicId: string };
  visitType: { id: string; name: string; modes: Mode[] };
  mode: Mode;
  patientId?: string;
}

/** Opens the form to wait for a time with one provider. */
export function JoinButton({ provider, visitType, mode, patientId, ...look }: JoinProps) {
  const { t } = useTranslation(['waitlist', 'ui']);
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="light" {...look} onClick={open}>
        {t('join.open')}
      </Button>
      <Modal opened={opened} onClose={close} title={t('join.title')} closeButtonProps={{ 'aria-label': t('ui:close') }}>
        <Stack>
          <Text fw={600}>{t('join.with', { type: visitType.name, name: provider.name })}</Text>
          <WishForm
            what={{
              visit_type_id: visitType.id,
              provider_ids: [provider.id],
              ...(patientId ? { patient_id: patientId } : {}),
            }}
            clinicId={provider.clinicId}
            modes={visitType.modes}
            liked={[mode]}
            onJoined={close}
          />
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
