import { Alert, Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { noteByPhone, visitRoomQuery } from '@/api/visitRooms';
import { useErrorText } from '@/ui/useErrorText';
import { useRoom, useRoomFrames } from './room';

interface LeavingProps {
  opened: boolean;
  /** Whether somebody went on by telephone: then it is likely that the visit was held so. */
  phoned?: boolean;
  onClose: () => void;
}

/** Asks hosts whether they leave or end the visit for everybody; everybody else just leaves. */
export function Leaving({ opened, phoned = false, onClose }: LeavingProps) {
  const { t } = useTranslation(['room', 'ui']);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('room:leaving.title')}
      closeButtonProps={{ 'aria-label': t('ui:close') }}
    >
      <Choice phoned={phoned} onClose={onClose} />
    </Modal>
  );
}

function Choice({ phoned, onClose }: { phoned: boolean; onClose: () => void }) {
  const { t } = useTranslation('room');
  const errorText = useErrorText();
  const { roomId, socket } = useRoom();
  const client = useQueryClient();
  const noted = useQuery(visitRoomQuery(roomId)).data?.by_phone ?? false;
  const [ticked, setTicked] = useState<boolean | null>(null);
  const [refused, setRefused] = useState(false);
  const byPhone = ticked ?? (noted || phoned);
  const hear = useCallback(({ about }: { about?: string }) => {
    if (about === 'end') setRefused(true);
  }, []);
  useRoomFrames('error', hear);
  const end = useMutation({
    mutationFn: async () => {
      if (byPhone !== noted) await noteByPhone(roomId, byPhone);
      socket.send({ type: 'end' });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: visitRoomQuery(roomId).queryKey }),
  });
  return (
    <Stack>
      <Text>{t('leaving.text')}</Text>
      <Checkbox
        label={t('leaving.byPhone')}
        checked={byPhone}
        onChange={(event) => setTicked(event.currentTarget.checked)}
      />
      {(end.error ?? refused) && (
        <Alert color="red" role="alert">
          {end.error ? errorText(end.error) : t('leaving.refused')}
        </Alert>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" data-autofocus onClick={onClose}>
          {t('leaving.stay')}
        </Button>
        <Button variant="default" onClick={() => socket.leave()}>
          {t('leaving.leave')}
        </Button>
        <Button color="red.9" loading={end.isPending} onClick={() => end.mutate()}>
          {t('leaving.end')}
        </Button>
      </Group>
    </Stack>
  );
}
