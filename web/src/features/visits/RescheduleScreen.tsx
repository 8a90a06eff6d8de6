import { Alert, Card, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { appointmentQuery, reschedule } from '@/api/appointments';
import { hasCode } from '@/api/errors';
import { visitTypesQuery } from '@/api/providers';
import type { Appointment, Slot } from '@/api/types';
import { ButtonLink, TextLink } from '@/ui/ButtonLink';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { notifyDone } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { SlotChoices } from '@/ui/slots/SlotChoices';
import { SlotPicker } from '@/ui/slots/SlotPicker';
import { EmptyState } from '@/ui/States';
import { VisitTime } from '@/ui/VisitTime';

const route = getRouteApi('/visits/$visitId/reschedule');

/** Moves a visit: the slot picker once more, and the old time is kept until the new one is won. */
export function RescheduleScreen() {
  const { t } = useTranslation('visits');
  const { visitId } = route.useParams();
  const query = useQuery(appointmentQuery(visitId));
  const back = (
    <TextLink to="/visits/$visitId" params={{ visitId }}>
      {t('reschedule.back')}
    </TextLink>
  );
  return (
    <Screen title={t('reschedule.title')} intro={t('reschedule.intro')} actions={back}>
      <QueryView query={query}>
        {(visit) => (visit.moves.includes('reschedule') ? <Picker visit={visit} /> : <NotPossible visitId={visitId} />)}
      </QueryView>
    </Screen>
  );
}

function NotPossible({ visitId }: { visitId: string }) {
  const { t } = useTranslation('visits');
  const back = (
    <ButtonLink to="/visits/$visitId" params={{ visitId }}>
      {t('reschedule.back')}
    </ButtonLink>
  );
  return <EmptyState title={t('reschedule.notPossible')} action={back} />;
}

function Picker({ visit }: { visit: Appointment }) {
  const { t } = useTranslation('visits');
  const types = useQuery(visitTypesQuery(visit.provider.id));
  const [from, setFrom] = useState<string>();
  const [picked, setPicked] = useState<Slot | null>(null);
  const placeZone = visit.location?.time_zone ?? visit.time_zone;
  return (
    <Stack gap="lg">
      <Card padding="md">
        <Text size="sm" c="dimmed" mb={4}>
          {t('reschedule.now')}
        </Text>
        <VisitTime start={visit.start} end={visit.end} placeZone={placeZone} />
      </Card>
      <QueryView query={types}>
        {({ items }) => {
          const type = items.find(({ id }) => id === visit.visit_type.id);
          if (!type) return <NotPossible visitId={visit.id} />;
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
      <MoveDialog visit={visit} picked={picked} placeZone={placeZone} onPick={setPicked} />
    </Stack>
  );
}

interface MoveDialogProps {
  visit: Appointment;
  picked: Slot | null;
  placeZone: string;
  onPick: (slot: Slot | null) => void;
}

function MoveDialog({ visit, picked, placeZone, onPick }: MoveDialogProps) {
  const { t } = useTranslation(['visits', 'booking']);
  const client = useQueryClient();
  const navigate = route.useNavigate();
  const move = useMutation({
    mutationFn: (slot: Slot) => reschedule(visit.id, slot.start),
    onSuccess: async () => {
      notifyDone(t('visits:done.moved'));
      await client.invalidateQueries({ queryKey: ['appointments'] });
      client.removeQueries({ queryKey: ['slots', visit.provider.id], type: 'inactive' });
      await navigate({ to: '/visits/$visitId', params: { visitId: visit.id } });
    },
  });
  const choose = (slot: Slot | null) => {
    move.reset();
    onPick(slot);
  };
  const lost = hasCode(move.error, 'slot_taken', 'slot_not_offered') ? move.error : null;
  return (
    <ConfirmDialog
      opened={picked !== null}
      title={t('visits:reschedule.ask')}
      confirm={t('visits:reschedule.do')}
      busy={move.isPending}
      error={move.error}
      onConfirm={() => picked && move.mutate(picked)}
      onClose={() => choose(null)}
    >
      {picked && <VisitTime start={picked.start} end={picked.end} placeZone={placeZone} />}
      {lost?.problem.alternatives && (
        <Alert color="yellow" title={t('booking:taken.title')}>
          <SlotChoices slots={lost.problem.alternatives} placeZone={placeZone} onPick={choose} />
        </Alert>
      )}
    </ConfirmDialog>
  );
}
