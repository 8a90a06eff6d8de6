import { Button, FileButton, Group, Stack, Text, Textarea } from '@mantine/core';
import { IconPaperclip, IconSend, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, type SyntheticEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Chat } from '@/api/chats';
import { useLocale } from '@/ui/useLocale';
import classes from './Chat.module.css';
import { draftOf, keepDraft } from './outbox';

const LONGEST = 10_000;
const MOST_FILES = 5;
const TYPING_MS = 3_000;

interface ComposerProps {
  chat: Chat;
  onTyping: (() => void) | undefined;
  onSend: (text: string, files: File[]) => Promise<void>;
}

/** Where one writes. What is typed stays in this browser until it is sent, over reloads too. */
export function Composer({ chat, onTyping, onSend }: ComposerProps) {
  const { t } = useTranslation('chat');
  const [text, setText] = useDraft(chat.room_id);
  const [files, setFiles] = useState<File[]>([]);
  const [refused, setRefused] = useState<string[]>([]);
  const sized = useSize();
  const said = useRef(0);
  const send = async () => {
    if (!text.trim() && files.length === 0) return;
    setText('');
    setFiles([]);
    setRefused([]);
    await onSend(text.trim(), files);
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void send();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void send();
  };
  const write = (typed: string) => {
    setText(typed);
    if (Date.now() - said.current < TYPING_MS) return;
    said.current = Date.now();
    onTyping?.();
  };
  const attach = (picked: File[]) => {
    const fits = (file: File) => file.size > 0 && file.size <= chat.file_bytes && chat.file_kinds.includes(file.type);
    const why = (file: File) =>
      chat.file_kinds.includes(file.type)
        ? t('tooLarge', { name: file.name, size: sized(chat.file_bytes) })
        : t('wrongKind', { name: file.name });
    const all = [...files, ...picked.filter(fits)];
    const over = all.length > MOST_FILES ? [t('tooMany')] : [];
    setFiles(all.slice(0, MOST_FILES));
    setRefused([...picked.filter((file) => !fits(file)).map(why), ...over]);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        {files.length > 0 && (
          <Group component="ul" gap="xs" p={0} m={0} style={{ listStyle: 'none' }} aria-label={t('attached')}>
            {files.map((file) => (
              <li key={`${file.name} ${file.lastModified}`}>
                <Button
                  size="compact-sm"
                  variant="default"
                  rightSection={<IconX size={14} />}
                  aria-label={t('detach', { name: file.name })}
                  onClick={() => setFiles(files.filter((one) => one !== file))}
                >
                  {file.name}
                </Button>
              </li>
            ))}
          </Group>
        )}
        {refused.map((why) => (
          <Text key={why} size="sm" c="red" role="alert">
            {why}
          </Text>
        ))}
        <div className={classes.composer}>
          <Textarea
            className={classes.field ?? ''}
            label={t('write')}
            autosize
            minRows={1}
            maxRows={6}
            maxLength={LONGEST}
            value={text}
            onKeyDown={onKey}
            onChange={(event) => write(event.currentTarget.value)}
          />
          {chat.file_bytes > 0 && (
            <FileButton multiple accept={chat.file_kinds.join(',')} onChange={attach}>
              {(props) => (
                <Button {...props} variant="default" leftSection={<IconPaperclip size={18} />}>
                  {t('attach')}
                </Button>
              )}
            </FileButton>
          )}
          <Button type="submit" leftSection={<IconSend size={18} />} disabled={!text.trim() && files.length === 0}>
            {t('send')}
          </Button>
        </div>
        <Text size="xs" c="dimmed">
          {chat.file_bytes > 0 ? t('limits', { size: sized(chat.file_bytes) }) : t('noFiles')}
        </Text>
      </Stack>
    </form>
  );
}

/** What is typed, kept in the browser a moment after the last key. */
function useDraft(room: string): [string, (text: string) => void] {
  const [text, setText] = useState('');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    void draftOf(room)
      .catch(() => '')
      .then((found) => setText((typed) => typed || found));
  }, [room]);
  const change = (typed: string) => {
    setText(typed);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void keepDraft(room, typed).catch(() => undefined), 200);
  };
  return [text, change];
}

function useSize(): (bytes: number) => string {
  const { locale } = useLocale();
  return (bytes) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 }).format(bytes / 1e6);
}
