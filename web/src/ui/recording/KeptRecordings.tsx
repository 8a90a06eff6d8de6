import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { askDeletion, deleteRecording, type Recording, recordingKey, recordingsQuery } from '@/api/recordings';
import { useUser } from '@/api/session';
import { type Identity, keyId } from '@/lib/e2e';
import { formatDateTime } from '@/lib/time';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { KeyGate } from '@/ui/keys/KeyGate';
import { Section } from '@/ui/Section';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';
import { Nothing, NotForYou, play, Tampered } from './playing';

const SAID = [
  [Tampered, 'kept.tampered'],
  [NotForYou, 'kept.notForYou'],
  [Nothing, 'kept.nothing'],
] as const;

/** A visit's recordings, for who may play them; nothing where there are none. */
export function KeptRecordings({ roomId }: { roomId: string }) {
  const { t } = useTranslation('recording');
  const { data: recordings } = useQuery(recordingsQuery(roomId));
  const kept = recordings?.filter((one) => one.stopped_at !== null) ?? [];
  if (kept.length === 0) return null;
  return (
    <Section title={t('kept.title')} text={t('kept.text')}>
      <Stack>
        {kept.map((recording) => (
          <One key={recording.id} recording={recording} />
        ))}
      </Stack>
    </Section>
  );
}

function One({ recording }: { recording: Recording }) {
  const { t } = useTranslation('recording');
  const { locale, zone } = useLocale();
  const [playing, setPlaying] = useState(false);
  const when = formatDateTime(recording.started_at, zone, locale);
  return (
    <article aria-label={t('kept.of', { when })}>
      <Group gap="xs">
        <Text fw={600}>{when}</Text>
        {!recording.whole && <Badge color="yellow">{t('kept.notWhole')}</Badge>}
        {recording.deletion_asked_at && <Badge color="red">{t('kept.asked')}</Badge>}
      </Group>
      <Text size="sm" c="dimmed">
        {t('kept.until', { when: formatDateTime(recording.keep_until, zone, locale) })}
      </Text>
      {playing ? (
        <KeyGate>{(identity) => <Player recording={recording} identity={identity} />}</KeyGate>
      ) : (
        <Group gap="xs" mt="xs">
          <Button size="sm" onClick={() => setPlaying(true)} aria-label={t('kept.playNamed', { when })}>
            {t('kept.play')}
          </Button>
          <Remove recording={recording} when={when} />
        </Group>
      )}
    </article>
  );
}

function Player({ recording, identity }: { recording: Recording; identity: Identity }) {
  const { t } = useTranslation('recording');
  const errorText = useErrorText();
  const video = useRef<HTMLVideoElement>(null);
  const [failed, setFailed] = useState<unknown>(null);
  useEffect(() => {
    const { current } = video;
    if (!current) return;
    let over = false;
    let free: (() => void) | undefined;
    const own = async () => [{ keyId: await keyId(identity.publicKey), identity }];
    play(recording.id, own, current)
      .then(({ ended }) => {
        free = ended;
        if (over) ended();
      })
      .catch((error: unknown) => setFailed(error));
    return () => {
      over = true;
      free?.();
    };
  }, [recording.id, identity]);
  const known = SAID.find(([kind]) => failed instanceof kind);
  return (
    <>
      {failed !== null && (
        <Text c="red" role="alert" mt="xs">
          {known ? t(known[1]) : errorText(failed)}
        </Text>
      )}
      {/* eslint-disable-next-line jsx-a11y-x/media-has-caption -- nobody wrote down what was said in the visit */}
      <video
        ref={video}
        autoPlay
        controls
        playsInline
        aria-label={t('kept.player')}
        style={{ width: '100%', marginTop: 8, borderRadius: 8, background: '#000' }}
      />
    </>
  );
}

/** Deleting it, or asking the clinic to. */
function Remove({ recording, when }: { recording: Recording; when: string }) {
  const { t } = useTranslation('recording');
  const client = useQueryClient();
  const user = useUser();
  const [sure, setSure] = useState(false);
  const own = user?.patient_id === recording.patient.id;
  const act = recording.may_delete ? 'delete' : 'ask';
  const remove = useMutation({
    mutationFn: async () => {
      if (recording.may_delete) await deleteRecording(recording.id);
      else await askDeletion(recording.id);
    },
    onSuccess: () => {
      setSure(false);
      return client.invalidateQueries({ queryKey: recordingKey(recording.room_id) });
    },
  });
  if (!recording.may_delete && (!own || recording.deletion_asked_at)) return null;
  return (
    <>
      <Button size="sm" variant="default" onClick={() => setSure(true)} aria-label={t(`kept.${act}Named`, { when })}>
        {t(`kept.${act}`)}
      </Button>
      <ConfirmDialog
        opened={sure}
        title={t(`kept.${act}Title`)}
        confirm={t(`kept.${act}`)}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
        onClose={() => setSure(false)}
      >
        <Text>{t(`kept.${act}Text`)}</Text>
      </ConfirmDialog>
    </>
  );
}
