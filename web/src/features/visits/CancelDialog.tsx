import { Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cancel } from '@/api/appointments';
import type { Appointment } from '@/api/types';
import { formatDateTime } from '@/lib/time';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { focusHeading } from '@/ui/focusHeading';
import { notifyDone } from '@/ui/notify';
import { useLocale } from '@/ui/useLocale';
import { useVisitName } from './useVisitName';

const LONGEST_REASON = 500;

interface CancelDialogProps {
  visit: Appointment;
  opened: boolean;
  onClose: () => void;
}

/** Asks before a visit is cancelled; says until when that is possible, and asks why where the clinic wants to know. */
export function CancelDialog({ visit, opened, onClose }: CancelDialogProps) {
  const { t } = useTranslation(['visits', 'ui']);
  const { locale, zone } = useLocale();
  const client = useQueryClient();
  const name = useVisitName()(visit);
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const needed = visit.policy.reason_required;
  const undo = useMutation({
    mutationFn: () => cancel(visit.id, reason.trim()),
    onSuccess: async () => {
      notifyDone(t('visits:done.cancelled'));
      onClose();
      await client.invalidateQueries({ queryKey: ['appointments'] });
      focusHeading(); // The button that opened the dialog has gone with the visit.
    },
  });
  const submit = () => {
    const lacking = needed && !reason.trim();
    setMissing(lacking);
    if (!lacking) undo.mutate();
  };
  return (
    <ConfirmDialog
      opened={opened}
      title={t('visits:cancel.title')}
      confirm={t('visits:cancel.do')}
      keep={t('visits:cancel.keep')}
      danger
      busy={undo.isPending}
      error={undo.error}
      onConfirm={submit}
      onClose={onClose}
    >
      <Text fw={600}>{name}</Text>
      <Text size="sm" c="dimmed">
        {t('visits:cancel.policy', { until: formatDateTime(visit.policy.change_until, zone, locale) })}
      </Text>
      <Textarea
        label={needed ? t('visits:cancel.reason') : `${t('visits:cancel.reason')} (${t('ui:optional')})`}
        description={t('visits:cancel.reasonHint')}
        autosize
        minRows={2}
        maxLength={LONGEST_REASON}
        required={needed}
        withAsterisk={false}
        error={missing ? t('visits:cancel.reasonNeeded') : undefined}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </ConfirmDialog>
  );
}
