import { Button, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { saveFile } from '@/lib/saveFile';
import classes from './Chat.module.css';
import { type FileNote, type FileParts, NotAsSaid, openFile } from './content';

/** A file of a message: pictures are shown, everything can be downloaded; nothing is opened as a page of ours. */
export function FileView({ note, calls }: { note: FileNote; calls: FileParts }) {
  return note.kind.startsWith('image/') ? <Picture note={note} calls={calls} /> : <Download note={note} calls={calls} />;
}

function Picture({ note, calls }: { note: FileNote; calls: FileParts }) {
  const { t } = useTranslation('chat');
  const { data, error } = useQuery({
    queryKey: ['chat-file', note.id],
    queryFn: () => openFile(calls, note),
    staleTime: Infinity,
    retry: (count, reason) => !(reason instanceof NotAsSaid) && count < 2,
  });
  const show = useCallback(
    (image: HTMLImageElement) => {
      if (!data) return undefined;
      const made = URL.createObjectURL(data);
      image.src = made;
      return () => URL.revokeObjectURL(made);
    },
    [data],
  );
  if (error instanceof NotAsSaid) return <Text fs="italic">{t('notAsSaid', { name: note.name })}</Text>;
  return (
    <>
      {data && <img ref={show} className={classes.picture} alt={t('picture', { name: note.name })} />}
      <Download note={note} calls={calls} />
    </>
  );
}

function Download({ note, calls }: { note: FileNote; calls: FileParts }) {
  const { t } = useTranslation('chat');
  const { name } = note;
  const fetching = useMutation({
    mutationFn: () => openFile(calls, note),
    onSuccess: (blob) => saveFile(blob, name),
  });
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        mt={4}
        maw="100%"
        leftSection={<IconDownload size={16} />}
        loading={fetching.isPending}
        aria-label={t('open', { name })}
        onClick={() => fetching.mutate()}
      >
        {name}
      </Button>
      {fetching.error && (
        <Text size="sm" c="red" role="alert">
          {fetching.error instanceof NotAsSaid ? t('notAsSaid', { name }) : t('fileLost', { name })}
        </Text>
      )}
    </>
  );
}
