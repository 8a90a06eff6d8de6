import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import { recordingKey, roomRecordingQuery } from '@/api/recordings';
import type { ServerFrame } from '../room/frames';
import { useRoom, useRoomFrames } from '../room/room';

/** How the room stands with recording; fetched again when the server says so, and when anybody comes or goes. */
export function useRoomRecording() {
  const { roomId, participants, online } = useRoom();
  const token = useGuestToken();
  const client = useQueryClient();
  const again = useCallback(
    () => void client.invalidateQueries({ queryKey: recordingKey(roomId) }),
    [client, roomId],
  );
  const changed = useCallback(
    ({ what }: Extract<ServerFrame, { type: 'changed' }>) => {
      // Keys and people are told of as the chat's: a recording is sealed to them.
      if (what === 'recording' || what === 'chat') again();
    },
    [again],
  );
  useRoomFrames('changed', changed);
  const there = participants.map(({ participant }) => participant).join(' ');
  useEffect(again, [again, there, online]);
  return useQuery(roomRecordingQuery(roomId, token)).data;
}

/** The token by which a guest speaks; null for who is signed in. */
export function useGuestToken(): string | null {
  const { you, token } = useRoom();
  return you?.role === 'guest' ? token : null;
}
