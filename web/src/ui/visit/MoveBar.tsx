import { Alert, Button, Group } from '@mantine/core';
import {
  IconCalendarTime,
  IconCheck,
  IconCircleCheck,
  IconDoorEnter,
  IconPlayerPlay,
  IconUserOff,
  IconX,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Appointment, Move } from '@/api/types';
import { useErrorText } from '@/ui/useErrorText';
import { useCovering } from './covering';
import { EndDialog } from './EndDialog';
import { type AskedMove, isAsked, offered } from './moves';
import { RescheduleDialog } from './RescheduleDialog';
import { useMove } from './useMove';

const ICONS: Record<Move, typeof IconCheck> = {
  approve: IconCheck,
  confirm: IconCheck,
  'check-in': IconDoorEnter,
  start: IconPlayerPlay,
  complete: IconCircleCheck,
  reschedule: IconCalendarTime,
  decline: IconX,
  'no-show': IconUserOff,
  cancel: IconX,
};

/** What can be done with a visit now, the likeliest first; `most` keeps a row in a list short. */
export function MoveBar({ visit, most, size = 'sm' }: { visit: Appointment; most?: number; size?: 'xs' | 'sm' }) {
  const { t } = useTranslation('visit');
  const errorText = useErrorText();
  const make = useMove(visit);
  const [asking, setAsking] = useState<AskedMove | null>(null);
  const [moving, setMoving] = useState(false);
  useCovering(moving || asking !== null);
  const moves = offered(visit).slice(0, most);
  const take = (move: Move) => {
    if (move === 'reschedule') setMoving(true);
    else if (isAsked(move)) setAsking(move);
    else make.mutate({ move });
  };
  if (moves.length === 0) return null;
  return (
    <>
      <Group gap="xs" role="group" aria-label={t('moves')}>
        {moves.map((move, index) => {
          const Icon = ICONS[move];
          const busy = make.isPending && make.variables.move === move;
          return (
            <Button
              key={move}
              size={size}
              mih={size === 'xs' ? 36 : 44}
              variant={index === 0 && !isAsked(move) ? 'filled' : 'default'}
              leftSection={<Icon size={18} aria-hidden="true" />}
              loading={busy}
              disabled={make.isPending && !busy}
              onClick={() => take(move)}
              aria-label={most === undefined ? undefined : t('moveNamed', { move: t(`move.${move}`), name: visit.patient.name })}
            >
              {t(`move.${move}`)}
            </Button>
          );
        })}
      </Group>
      {make.error && (
        <Alert color="red" role="alert" mt="sm">
          {errorText(make.error)}
        </Alert>
      )}
      {asking && <EndDialog visit={visit} move={asking} onClose={() => setAsking(null)} />}
      <RescheduleDialog visit={visit} opened={moving} onClose={() => setMoving(false)} />
    </>
  );
}
