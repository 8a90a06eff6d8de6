import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { CHAT_KEY, type ChatCalls, chatQuery } from '@/api/chats';
import { useLive } from '@/api/live';
import { currentUser } from '@/api/token';
import type { Identity } from '@/lib/e2e';
import { Conversation } from './conversation';
import { pinsOf, watchPins } from './pins';

/** A conversation while it is shown: what was said, and what to do with it. */
export function useConversation(calls: ChatCalls, identity: Identity) {
  const query = useQuery(chatQuery(calls));
  useLive('me', CHAT_KEY);
  const conversation = useMemo(
    () => new Conversation(calls, identity, pinsOf(currentUser()?.id ?? 'guest')),
    [calls, identity],
  );
  const state = useSyncExternalStore(conversation.watch, conversation.snapshot);
  const chat = query.data;
  useEffect(() => {
    if (chat) void conversation.take(chat);
  }, [conversation, chat]);
  useEffect(() => watchPins(() => void (chat && conversation.take(chat))), [conversation, chat]);
  useEffect(() => () => conversation.stop(), [conversation]);
  return { query, chat, conversation, ...state };
}
