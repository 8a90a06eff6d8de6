import { Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Appointment } from '@/api/types';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import type { AskedMove } from './moves';
import { useMove } from './useMove';
import { useVisitWords } from './useVisitWords';

const LONGEST_REASON = 500;

/** Asks before a visit is cancelled, declined or marked as missed; the patient is told the reason. */
export function EndDialog({ visit, move, onClose }: { visit: Appointment; move: AskedMove; onClose: () => void }) {
  const { t } = useTranslation(['visit', 'ui']);
  const words = useVisitWords();
  const make = useMove(visit, onClose);
  const [reason, setReason] = useState('');
  return (
    <ConfirmDialog
      opened
      title={t(`visit:ask.${move}.title`)}
      confirm={t(`visit:ask.${move}.do`)}
      keep={t(`visit:ask.${move}.keep`)}
      danger
      busy={make.isPending}
      error={make.error}
      onConfirm={() => make.mutate({ move, reason: reason.trim() })}
      onClose={onClose}
    >
      <Text>{words(visit)}</Text>
      <Text size="sm" c="dimmed">
        {t(`visit:ask.${move}.text`)}
      </Text>
      {move !== 'no-show' && (
        <Textarea
          label={`${t('visit:ask.reason')} (${t('ui:optional')})`}
          autosize
          minRows={2}
          maxLength={LONGEST_REASON}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
    </ConfirmDialog>
  );
}
