import { Badge } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { CHAT_KEY, unreadQuery } from '@/api/chats';
import { useLive } from '@/api/live';
import { useUser } from '@/api/session';

/** How many messages one has not read, in a conversation or in all of them. Nothing is shown where there are none. */
export function Unread({ roomId }: { roomId?: string }) {
  const { t } = useTranslation('chat');
  const signedIn = useUser() !== null;
  useLive(signedIn ? 'me' : null, CHAT_KEY);
  const { data } = useQuery({ ...unreadQuery(), enabled: signedIn });
  const count = roomId ? data?.rooms.find((one) => one.room_id === roomId)?.unread : data?.total;
  if (!count) return null;
  return (
    <Badge size="sm" color="red.9" aria-label={t('unread', { count })}>
      {count > 99 ? '99+' : count}
    </Badge>
  );
}
