import { Alert, Button, Group } from '@mantine/core';
import { IconEyeOff } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { delegationsQuery, setPrivate } from '@/api/delegates';
import { useUser } from '@/api/session';
import type { Appointment } from '@/api/types';
import { notifyDone, notifyFailed } from '@/ui/notify';
import { useErrorText } from '@/ui/useErrorText';

/** Whether those who act for the patient see the visit; the patient decides. Nothing where nobody acts for them. */
export function PrivateNote({ visit }: { visit: Appointment }) {
  const { t } = useTranslation('delegates');
  const user = useUser();
  const errorText = useErrorText();
  const client = useQueryClient();
  const own = user?.patient_id === visit.patient.id;
  const { data } = useQuery({ ...delegationsQuery(), enabled: own });
  const change = useMutation({
    mutationFn: () => setPrivate(visit.id, !visit.private),
    onSuccess: () => {
      notifyDone(t(visit.private ? 'private.shown' : 'private.hidden'));
      return client.invalidateQueries({ queryKey: ['appointments'] });
    },
    onError: (error) => notifyFailed(errorText(error)),
  });
  const watched = data?.given.some(({ status }) => status === 'active') ?? false;
  if (!own || !(watched || visit.private)) return null;
  const button = (
    <Button variant="default" size="sm" loading={change.isPending} onClick={() => change.mutate()}>
      {t(visit.private ? 'private.show' : 'private.hide')}
    </Button>
  );
  if (!visit.private) return <Group>{button}</Group>;
  return (
    <Alert variant="light" icon={<IconEyeOff size={20} aria-hidden="true" />}>
      <Group justify="space-between">
        {t('private.on')}
        {button}
      </Group>
    </Alert>
  );
}
