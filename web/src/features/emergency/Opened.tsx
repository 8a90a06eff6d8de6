import { Button, Card, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { closeRecord, type Emergency } from '@/api/delegates';
import { formatDateTime } from '@/lib/time';
import { notifyDone } from '@/ui/notify';
import { useLocale } from '@/ui/useLocale';
import { RecordView } from './RecordView';
import classes from './Emergency.module.css';

/** A record that was opened: while it is open, to read and to close. */
export function Opened({ one }: { one: Emergency }) {
  const { t } = useTranslation('delegates');
  const { locale, zone } = useLocale();
  const client = useQueryClient();
  const [reading, setReading] = useState(false);
  const close = useMutation({
    mutationFn: () => closeRecord(one.id),
    onSuccess: () => {
      setReading(false);
      notifyDone(t('emergency.closedDone'));
      client.removeQueries({ queryKey: ['patient', one.patient_id] });
      return client.invalidateQueries({ queryKey: ['emergencies'] });
    },
  });
  const when = (instant: string) => formatDateTime(instant, zone, locale);
  const state = one.open
    ? t('emergency.until', { when: when(one.expires_at) })
    : t('emergency.closed', { when: when(one.opened_at) });
  return (
    <Card component="article" className={classes.case} data-open={one.open || undefined} p="md">
      <Text fw={600}>{one.patient_name}</Text>
      <Text size="sm" c="dimmed">
        {state} · {t(`emergency.because.${one.reason}`)}
      </Text>
      {one.open && (
        <Group mt="sm">
          <Button aria-expanded={reading} onClick={() => setReading(!reading)}>
            {t('emergency.read')}
          </Button>
          <Button
            variant="default"
            loading={close.isPending}
            aria-label={t('emergency.closeNamed', { name: one.patient_name })}
            onClick={() => close.mutate()}
          >
            {t('emergency.close')}
          </Button>
        </Group>
      )}
      {one.open && reading && <RecordView patientId={one.patient_id} />}
    </Card>
  );
}
