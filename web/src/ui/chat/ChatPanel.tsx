import { Alert, Stack, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Chat, ChatCalls } from '@/api/chats';
import type { Identity } from '@/lib/e2e';
import { formatDateTime } from '@/lib/time';
import { KeyGate } from '@/ui/keys/KeyGate';
import { QueryView } from '@/ui/QueryView';
import { useLocale } from '@/ui/useLocale';
import { Composer } from './Composer';
import { MessageLog } from './MessageLog';
import { NewKeys } from './NewKeys';
import { Readers } from './Readers';
import { Readings } from './Readings';
import { useConversation } from './useConversation';
import { useReading } from './useReading';

interface ChatPanelProps {
  roomId: string;
  /** For guests: the token of the invitation, and the keys that came with its link. */
  guest?: { token: string; identity: Identity };
  /** Names of those who are writing just now. */
  typing?: string[];
  /** Called while the person writes. */
  onTyping?: () => void;
}

/** A visit's conversation, wherever it is shown. */
export function ChatPanel({ roomId, guest, ...rest }: ChatPanelProps) {
  const calls = useMemo(() => new ChatCalls(roomId, guest?.token ?? null), [roomId, guest?.token]);
  if (guest) return <Conversing calls={calls} identity={guest.identity} {...rest} />;
  return <KeyGate>{(identity) => <Conversing calls={calls} identity={identity} {...rest} />}</KeyGate>;
}

interface ConversingProps extends Pick<ChatPanelProps, 'typing' | 'onTyping'> {
  calls: ChatCalls;
  identity: Identity;
}

function Conversing({ calls, identity, typing = [], onTyping }: ConversingProps) {
  const { t } = useTranslation('chat');
  const { query, conversation, ...shown } = useConversation(calls, identity);
  const { chat, items, outgoing, changed, ready } = shown;
  const markRead = useCallback((place: number) => calls.mark({ delivered: place, read: place }), [calls]);
  useReading(ready ? (items.at(-1)?.place ?? 0) : 0, markRead);
  useEffect(() => {
    const last = chat?.last_place ?? 0;
    const own = chat?.marks.find((one) => one.participant === chat.you);
    if (last > (own?.delivered ?? 0)) void calls.mark({ delivered: last, read: 0 }).catch(() => undefined);
  }, [calls, chat]);
  return (
    <QueryView query={query}>
      {(state) => (
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            <IconLock size={14} aria-hidden /> {t('encrypted')}
          </Text>
          {state.escrow_key && <Alert color="yellow">{t('escrow')}</Alert>}
          <Readings readings={state.readings} />
          <Readers
            chat={state}
            identity={identity}
            onShare={(member) => conversation.shareHistory(member)}
          />
          <Waiting chat={state} />
          <MessageLog
            chat={state}
            calls={calls}
            items={items}
            outgoing={outgoing}
            onRetry={(id) => conversation.retry(id)}
            onDiscard={(id) => void conversation.discard(id)}
          />
          <Text size="sm" c="dimmed" role="status" mih="1.5em">
            {typing.map((name) => t('typing', { name })).join(' ')}
          </Text>
          {changed.map((one) => (
            <NewKeys
              key={one.participant}
              holder={one}
              own={identity}
              onTrust={() => void conversation.trust(one)}
            />
          ))}
          {state.open ? (
            <Composer
              chat={state}
              onTyping={onTyping}
              onSend={(text, files) => conversation.write(text, files)}
            />
          ) : (
            <Closed chat={state} />
          )}
        </Stack>
      )}
    </QueryView>
  );
}

/** Those of the visit who have not made keys yet: what is written now is opened by them later. */
function Waiting({ chat }: { chat: Chat }) {
  const { t } = useTranslation('chat');
  const without = chat.members.filter((one) => !one.key_id && one.participant !== chat.you);
  return without.map((one) => (
    <Text key={one.participant} size="sm" c="dimmed">
      {t('noKey', { name: one.name })}
    </Text>
  ));
}

function Closed({ chat }: { chat: Chat }) {
  const { t } = useTranslation('chat');
  const { locale, zone } = useLocale();
  const early = chat.opens_at !== null && new Date(chat.opens_at) > new Date();
  return (
    <Text c="dimmed">{early ? t('notYet', { when: formatDateTime(chat.opens_at ?? '', zone, locale) }) : t('closed')}</Text>
  );
}
