import { Alert, Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode } from '@/api/errors';
import { saveSchedule, scheduleQuery, type TaggedSchedule } from '@/api/schedule';
import { notifyDone } from '@/ui/notify';
import { useErrorText } from '@/ui/useErrorText';
import { ConflictDialog } from './ConflictDialog';
import { useEditing } from './EditingContext';
import { type Faults, faultsIn } from './faults';
import classes from './Schedule.module.css';

interface SaveBarProps {
  etag: string | null;
  onSaved: (saved: TaggedSchedule) => void;
  onRefused: (faults: Faults) => void;
  onDiscard: () => void;
}

/** Appears as soon as something is changed: save it, or leave it as it was. */
export function SaveBar({ etag, onSaved, onRefused, onDiscard }: SaveBarProps) {
  const { t } = useTranslation('schedule');
  const errorText = useErrorText();
  const client = useQueryClient();
  const { draft, faults, provider } = useEditing();
  const [conflict, setConflict] = useState(false);
  const save = useMutation({
    mutationFn: (tag: string | null) => saveSchedule(provider.id, draft, tag),
    onSuccess: (saved) => {
      client.setQueryData(scheduleQuery(provider.id).queryKey, saved);
      for (const kind of ['slots', 'agenda', 'preview']) void client.invalidateQueries({ queryKey: [kind, provider.id] });
      onSaved(saved);
      notifyDone(t('saved'));
    },
    onError: (error) => {
      if (hasCode(error, 'version_mismatch')) setConflict(true);
      else onRefused(faultsIn(error));
    },
  });
  const reload = useMutation({
    mutationFn: () => client.query({ ...scheduleQuery(provider.id), staleTime: 0 }),
    onSuccess: onSaved,
  });
  const failed = save.error && !hasCode(save.error, 'version_mismatch') ? save.error : null;
  return (
    <div className={classes.saveBar} role="region" aria-label={t('unsaved')}>
      {failed && (
        <Alert color="red" role="alert" mb="sm">
          {errorText(failed)}
        </Alert>
      )}
      <Group justify="space-between" gap="sm">
        <Text fw={600}>{faults.size > 0 ? t('faulty', { count: faults.size }) : t('unsaved')}</Text>
        <Group gap="sm">
          <Button variant="default" onClick={onDiscard} disabled={save.isPending}>
            {t('discard')}
          </Button>
          <Button loading={save.isPending} disabled={faults.size > 0} onClick={() => save.mutate(etag)}>
            {t('save')}
          </Button>
        </Group>
      </Group>
      <ConflictDialog
        opened={conflict}
        busy={reload.isPending || save.isPending}
        error={reload.error ?? failed}
        onReload={() => reload.mutate()}
        onOverwrite={() => save.mutate(null)}
        onClose={() => setConflict(false)}
      />
    </div>
  );
}
