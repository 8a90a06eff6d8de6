import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { reschedule } from '@/api/appointments';
import { hasCode } from '@/api/errors';
import { visitTypesQuery } from '@/api/providers';
import type { Appointment, Slot } from '@/api/types';
import { notifyDone } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { SlotChoices } from '@/ui/slots/SlotChoices';
import { SlotPicker } from '@/ui/slots/SlotPicker';
import { useSlotName } from '@/ui/slots/useSlotName';
import { EmptyState } from '@/ui/States';
import { useErrorText } from '@/ui/useErrorText';
import { VisitTime } from '@/ui/VisitTime';
import { useVisitRefresh } from './useMove';

interface RescheduleDialogProps {
  visit: Appointment;
  opened: boolean;
  onClose: () => void;
}

/** Moves a visit to another free time of the same provider. The old time is kept until the new one is certain. */
export function RescheduleDialog({ visit, opened, onClose }: RescheduleDialogProps) {
  const { t } = useTranslation(['visit', 'ui']);
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('visit:reschedule.title', { name: visit.patient.name })}
      size="64rem"
      fullScreen={phone}
      closeButtonProps={{ 'aria-label': t('ui:close') }}
    >
      {opened && <Times visit={visit} onClose={onClose} />}
    </Modal>
  );
}

function Times({ visit, onClose }: { visit: Appointment; onClose: () => void }) {
  const { t } = useTranslation('visit');
  const slotName = useSlotName();
  const errorText = useErrorText();
  const refresh = useVisitRefresh();
  const types = useQuery(visitTypesQuery(visit.provider.id));
  const [from, setFrom] = useState<string>();
  const [picked, setPicked] = useState<Slot | null>(null);
  const placeZone = visit.location?.time_zone ?? visit.time_zone;
  const move = useMutation({
    mutationFn: (slot: Slot) => reschedule(visit.id, slot.start),
    onSuccess: () => {
      notifyDone(t('done.reschedule', { name: visit.patient.name }));
      onClose();
    },
    onSettled: refresh,
  });
  const alternatives = hasCode(move.error, 'slot_taken', 'slot_not_offered') ? (move.error.problem.alternatives ?? []) : [];
  return (
    <Stack>
      <div>
        <Text size="sm" c="dimmed">
          {t('reschedule.now')}
        </Text>
        <VisitTime start={visit.start} end={visit.end} placeZone={placeZone} />
      </div>
      <QueryView query={types}>
        {({ items }) => {
          const type = items.find(({ id }) => id === visit.visit_type.id);
          if (!type) return <EmptyState title={t('reschedule.notOffered')} />;
          return (
            <SlotPicker
              providerId={visit.provider.id}
              placeZone={placeZone}
              visitType={type}
              mode={visit.mode}
              from={from}
              onFrom={setFrom}
              picked={picked?.start}
              onPick={setPicked}
            />
          );
        }}
      </QueryView>
      {move.error && (
        <Alert color="red" role="alert">
          {errorText(move.error)}
          <SlotChoices slots={alternatives} placeZone={placeZone} onPick={setPicked} />
        </Alert>
      )}
      <Group justify="space-between" pos="sticky" bottom={0} py="sm" bg="var(--ov-surface)">
        <Text aria-live="polite">{picked ? slotName(picked, placeZone) : t('reschedule.pick')}</Text>
        <Button disabled={!picked} loading={move.isPending} onClick={() => picked && move.mutate(picked)}>
          {t('reschedule.do')}
        </Button>
      </Group>
    </Stack>
  );
}
