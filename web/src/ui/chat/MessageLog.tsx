import { Button, Group, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Chat } from '@/api/chats';
import { formatDateTime } from '@/lib/time';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';
import classes from './Chat.module.css';
import type { FileParts } from './content';
import { FileView } from './FileView';
import type { Item } from './opening';
import type { Outgoing } from './outbox';

interface MessageLogProps {
  chat: Chat;
  calls: FileParts;
  items: Item[];
  outgoing: Outgoing[];
  onRetry: (id: string) => void;
  onDiscard: (id: string) => void;
}

/** What was said, oldest first, and what waits to be sent. New messages are read out politely. */
export function MessageLog({ chat, calls, items, outgoing, onRetry, onDiscard }: MessageLogProps) {
  const { t } = useTranslation('chat');
  const list = useRef<HTMLOListElement>(null);
  const count = items.length + outgoing.length;
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [count]);
  return (
    // A log can be scrolled, and so it has to be reached by keyboard.
    // eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex
    <ol ref={list} className={classes.log} role="log" aria-label={t('log')} aria-live="polite" tabIndex={0}>
      {count === 0 && (
        <li>
          <Text c="dimmed">{t('empty')}</Text>
        </li>
      )}
      {items.map((item) => (
        <Message key={item.id} item={item} chat={chat} calls={calls} />
      ))}
      {outgoing.map((one) => (
        <Unsent key={one.id} outgoing={one} onRetry={onRetry} onDiscard={onDiscard} />
      ))}
    </ol>
  );
}

function Message({ item, chat, calls }: { item: Item; chat: Chat; calls: FileParts }) {
  const { t } = useTranslation('chat');
  const { locale, zone } = useLocale();
  const own = item.sender === chat.you;
  const member = chat.members.find((one) => one.participant === item.sender);
  const name = own ? t('you') : (member?.name ?? t('former'));
  return (
    <>
      {item.gap > 0 && (
        <li>
          <Text size="sm" c="dimmed">
            {t('gap', { count: item.gap })}
          </Text>
        </li>
      )}
      <li className={own ? `${classes.message ?? ''} ${classes.own ?? ''}` : classes.message}>
        <Text size="sm" c="dimmed">
          {t('by', { name, when: formatDateTime(item.at, zone, locale) })}
        </Text>
        {item.said ? (
          <>
            {item.said.text && <Text className={classes.text}>{item.said.text}</Text>}
            {item.said.files.map((note) => (
              <FileView key={note.id} note={note} calls={calls} />
            ))}
          </>
        ) : (
          <Text fs="italic">{item.why === 'no-key' ? t('cannotOpen') : t('broken')}</Text>
        )}
        {own && (
          <Text size="xs" c="dimmed">
            {t(standing(chat, item.place))}
          </Text>
        )}
      </li>
    </>
  );
}

/** How far a message got with those it was for: read by one of them, arrived at one of them, or neither. */
function standing(chat: Chat, place: number): 'read' | 'delivered' | 'sent' {
  const others = chat.marks.filter((one) => one.participant !== chat.you);
  if (others.some((one) => one.read >= place)) return 'read';
  return others.some((one) => one.delivered >= place) ? 'delivered' : 'sent';
}

interface UnsentProps {
  outgoing: Outgoing;
  onRetry: (id: string) => void;
  onDiscard: (id: string) => void;
}

function Unsent({ outgoing, onRetry, onDiscard }: UnsentProps) {
  const { t, i18n } = useTranslation(['chat', 'ui']);
  const errorText = useErrorText();
  const { failed } = outgoing;
  const why = failed && i18n.exists(`errors.${failed}`, { ns: 'ui' }) ? t(`ui:errors.${failed}` as 'ui:errors.unexpected') : errorText(null);
  return (
    <li className={`${classes.message ?? ''} ${classes.own ?? ''}`}>
      <Text className={classes.text}>{outgoing.text}</Text>
      {outgoing.files.map(({ file }) => (
        <Text key={file.name} size="sm">
          {file.name}
        </Text>
      ))}
      <Text size="sm" c={failed ? 'red' : 'dimmed'}>
        {failed ? `${t('chat:failed')} ${why}` : t('chat:waiting')}
      </Text>
      {failed && (
        <Group gap="xs">
          <Button size="compact-sm" variant="default" onClick={() => onRetry(outgoing.id)}>
            {t('chat:retry')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => onDiscard(outgoing.id)}>
            {t('chat:discard')}
          </Button>
        </Group>
      )}
    </li>
  );
}
