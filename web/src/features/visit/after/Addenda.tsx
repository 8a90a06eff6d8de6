import { Alert, Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Addendum, addToNotes, type NotePart, notesQuery } from '@/api/after';
import { formatDateTime } from '@/lib/time';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';
import classes from './After.module.css';

/** What was added to a finished text, in order. */
export function Addenda({ addenda }: { addenda: Addendum[] }) {
  const { t } = useTranslation('after');
  const { locale, zone } = useLocale();
  return addenda.map((each) => (
    <div key={`${each.at} ${each.text}`}>
      <Text mt="md" size="sm" c="dimmed">
        {t('added', { name: each.by, when: formatDateTime(each.at, zone, locale) })}
      </Text>
      <Text className={classes.text}>{each.text}</Text>
    </div>
  ));
}

/** Adds to a finished text. */
export function AddForm({ visitId, part }: { visitId: string; part: NotePart }) {
  const { t } = useTranslation('after');
  const client = useQueryClient();
  const errorText = useErrorText();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const add = useMutation({
    mutationFn: () => addToNotes(visitId, part, text),
    onSuccess: (found) => {
      client.setQueryData(notesQuery(visitId).queryKey, found);
      setText('');
      setOpen(false);
    },
  });
  if (!open) {
    return (
      <Button variant="default" mt="md" onClick={() => setOpen(true)}>
        {t(`add.${part}`)}
      </Button>
    );
  }
  return (
    <Stack mt="md">
      <Textarea
        label={t(`add.${part}`)}
        data-autofocus
        autosize
        minRows={3}
        maxLength={20_000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {add.error && (
        <Alert color="red" role="alert">
          {errorText(add.error)}
        </Alert>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={() => setOpen(false)}>
          {t('add.leave')}
        </Button>
        <Button disabled={text.trim() === ''} loading={add.isPending} onClick={() => add.mutate()}>
          {t('add.action')}
        </Button>
      </Group>
    </Stack>
  );
}
