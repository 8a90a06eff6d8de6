import { Card, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CHAT_KEY } from '@/api/chats';
import { type Identity, identityFromFragment } from '@/lib/e2e';
import { ChatPanel } from '@/ui/chat/ChatPanel';
import { useRoom, useRoomFrames } from '../room/room';

/** How long somebody who wrote something is said to be writing. */
const WRITING_MS = 5_000;

/** The conversation inside the room: who is writing is told to those who are in. */
export function RoomChat() {
  const { t } = useTranslation('chat');
  const { roomId, socket, phase, guestKey } = useRoom();
  const guest = useGuest();
  const client = useQueryClient();
  const typing = useTyping();
  const onChanged = useCallback(
    ({ what }: { what: string }) => {
      if (what === 'chat') void client.invalidateQueries({ queryKey: [...CHAT_KEY, roomId] });
    },
    [client, roomId],
  );
  useRoomFrames('changed', onChanged);
  // A guest reads along from when they are let in, and has a key to read with.
  if (guestKey !== null && (!guest || phase !== 'admitted')) return null;
  return (
    <Card component="section" aria-labelledby="room-chat">
      <Title order={2} size="h3" mb="sm" id="room-chat">
        {t('title')}
      </Title>
      <ChatPanel
        roomId={roomId}
        {...(guest && { guest })}
        typing={typing}
        onTyping={() => phase === 'admitted' && socket.send({ type: 'typing' })}
      />
    </Card>
  );
}

/** For guests: the token of the invitation, and the keys that came with its link. */
function useGuest(): { token: string; identity: Identity } | null {
  const { guestKey, token } = useRoom();
  const [identity, setIdentity] = useState<Identity | null>(null);
  useEffect(() => {
    if (guestKey === null) return;
    // A fragment that is no key: they are in the visit all the same, without its messages.
    identityFromFragment(guestKey).then(setIdentity, () => undefined);
  }, [guestKey]);
  return identity && token ? { token, identity } : null;
}

function useTyping(): string[] {
  const { participants } = useRoom();
  const [writing, setWriting] = useState<Record<string, number>>({});
  const heard = useCallback(({ from }: { from: string }) => {
    setWriting((before) => ({ ...before, [from]: Date.now() }));
  }, []);
  useRoomFrames('typing', heard);
  useEffect(() => {
    if (Object.keys(writing).length === 0) return undefined;
    const over = setTimeout(() => setWriting({}), WRITING_MS);
    return () => clearTimeout(over);
  }, [writing]);
  return participants.filter((one) => one.peer in writing || one.participant in writing).map((one) => one.name);
}
