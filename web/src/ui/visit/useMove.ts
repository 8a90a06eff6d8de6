import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { cancel, move } from '@/api/appointments';
import type { Appointment, Move } from '@/api/types';
import { notifyDone } from '@/ui/notify';

interface Made {
  move: Exclude<Move, 'reschedule'>;
  reason?: string;
}

/** Makes a move of a visit, tells that it is made, and fetches again whatever shows the visit. */
export function useMove(visit: Appointment, onDone?: () => void) {
  const { t } = useTranslation('visit');
  const refresh = useVisitRefresh();
  return useMutation({
    mutationFn: ({ move: name, reason = '' }: Made) =>
      name === 'cancel' ? cancel(visit.id, reason) : move(visit.id, name, reason),
    onSuccess: (_, { move: name }) => {
      notifyDone(t(`done.${name}`, { name: visit.patient.name }));
      onDone?.();
    },
    // After a refusal too: somebody else was faster, and what they did should be seen.
    onSettled: refresh,
  });
}

/** Fetches again everything that shows visits. */
export function useVisitRefresh(): () => Promise<unknown> {
  const client = useQueryClient();
  return () =>
    Promise.all(
      [['appointments'], ['agenda'], ['clinic'], ['patient']].map((queryKey) => client.invalidateQueries({ queryKey })),
    );
}
