import { useEffect } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { guestsQuery } from '@/api/visitRooms';
import { Loading } from '@/ui/States';
import { Refused } from '../waiting/Refused';
import { Waiting } from '../waiting/Waiting';
import { InVisit } from './InVisit';
import { useRoom } from './room';

/** What a tab shows that has knocked: by where it stands. */
export function Inside({ provider, patientId = null }: { provider: string; patientId?: string | null }) {
  const { phase, roomId, socket } = useRoom();
  const client = useQueryClient();
  useEffect(
    () =>
      socket.on('changed', ({ what }) => {
        if (what === 'guests') void client.invalidateQueries({ queryKey: guestsQuery(roomId).queryKey });
      }),
    [socket, client, roomId],
  );
  if (phase === 'connecting') return <Loading />;
  if (phase === 'waiting') return <Waiting provider={provider} />;
  if (phase === 'admitted') return <InVisit />;
  return <Refused patientId={patientId} />;
}
