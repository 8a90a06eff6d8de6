import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconUserOff } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { appointmentQuery, move } from '@/api/appointments';
import { visitRoomQuery } from '@/api/visitRooms';
import { useNow } from '@/lib/useNow';
import { useRoom } from '../room/room';

/** For hosts of a visit whose patient never came: proposes to note that, and does so only when it is confirmed. */
export function NoShow() {
  const { t } = useTranslation('room');
  const { roomId, participants, knocking, room } = useRoom();
  const now = useNow(30_000);
  const client = useQueryClient();
  const visit = useQuery(appointmentQuery(roomId)).data;
  const grace = useQuery(visitRoomQuery(roomId)).data?.no_show_minutes;
  const [asking, setAsking] = useState(false);
  const note = useMutation({
    mutationFn: () => move(roomId, 'no-show'),
    onSuccess: () => client.invalidateQueries({ queryKey: ['appointments'] }),
  });
  const count = room ? Math.floor((now - Date.parse(room.start)) / 60_000) : 0;
  const here = [...participants, ...knocking].some((one) => one.role === 'patient');
  if (here || grace === undefined || count < grace || !visit?.moves.includes('no-show')) return null;
  const name = visit.patient.name;
  return (
    <Alert icon={<IconUserOff size={20} />} title={t('noShow.title', { name })} role="status">
      <Stack gap="sm">
        <Text>{asking ? t('noShow.sure', { name }) : t('noShow.text', { count })}</Text>
        <Group gap="xs">
          {asking ? (
            <>
              <Button color="red" loading={note.isPending} onClick={() => note.mutate()}>
                {t('noShow.yes')}
              </Button>
              <Button variant="default" onClick={() => setAsking(false)}>
                {t('noShow.no')}
              </Button>
            </>
          ) : (
            <Button variant="default" onClick={() => setAsking(true)}>
              {t('noShow.note')}
            </Button>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
