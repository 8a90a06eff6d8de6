import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { move } from '@/api/appointments';
import type { Appointment } from '@/api/types';
import { ButtonLink } from '@/ui/ButtonLink';
import { focusHeading, focusIsLost } from '@/ui/focusHeading';
import { notifyDone, notifyFailed } from '@/ui/notify';
import { useErrorText } from '@/ui/useErrorText';
import { JoinButton } from '@/ui/visit/JoinButton';
import { CancelDialog } from './CancelDialog';
import { useVisitName } from './useVisitName';

/** Before these a visit by video is not sure, and after them it is over. */
const CHECKED: Appointment['status'][] = ['scheduled', 'confirmed', 'rescheduled', 'checked-in'];

interface VisitActionsProps {
  visit: Appointment;
  className?: string | undefined;
}

/** What the patient may do with the visit now: the server says which. */
export function VisitActions({ visit, className }: VisitActionsProps) {
  const { t } = useTranslation('visits');
  const name = useVisitName()(visit);
  const confirm = useConfirm(visit);
  const [asking, { open, close }] = useDisclosure(false);
  const may = (action: Appointment['moves'][number]) => visit.moves.includes(action);
  const byVideo = visit.mode === 'telehealth' && CHECKED.includes(visit.status);
  const begun = visit.mode === 'telehealth' && (visit.status === 'checked-in' || visit.status === 'in-progress');
  if (!byVideo && !begun && !may('confirm') && !may('reschedule') && !may('cancel')) return null;
  return (
    <div className={className}>
      <JoinButton visit={visit} />
      {may('confirm') && (
        <Button
          size="sm"
          loading={confirm.isPending}
          aria-label={t('action.confirmNamed', { visit: name })}
          onClick={() => confirm.mutate()}
        >
          {t('action.confirm')}
        </Button>
      )}
      {may('reschedule') && (
        <ButtonLink
          to="/visits/$visitId/reschedule"
          params={{ visitId: visit.id }}
          size="sm"
          variant="default"
          aria-label={t('action.rescheduleNamed', { visit: name })}
        >
          {t('action.reschedule')}
        </ButtonLink>
      )}
      {byVideo && (
        <ButtonLink
          to="/visit/$roomId/check"
          params={{ roomId: visit.id }}
          size="sm"
          variant="default"
          aria-label={t('action.checkNamed', { visit: name })}
        >
          {t('action.check')}
        </ButtonLink>
      )}
      {may('cancel') && (
        <Button size="sm" variant="default" aria-label={t('action.cancelNamed', { visit: name })} onClick={open}>
          {t('action.cancel')}
        </Button>
      )}
      <CancelDialog visit={visit} opened={asking} onClose={close} />
    </div>
  );
}

function useConfirm(visit: Appointment) {
  const { t } = useTranslation('visits');
  const client = useQueryClient();
  const errorText = useErrorText();
  return useMutation({
    mutationFn: () => move(visit.id, 'confirm'),
    onSuccess: async () => {
      notifyDone(t('done.confirmed'));
      await client.invalidateQueries({ queryKey: ['appointments'] });
      if (focusIsLost()) focusHeading();
    },
    onError: (error) => notifyFailed(errorText(error)),
  });
}
