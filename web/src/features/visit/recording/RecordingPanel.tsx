import { Alert, Badge, Button, Group, List, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { recordingKey, type RoomRecording, roomRecordingQuery, type Said, sayToRecording } from '@/api/recordings';
import { NewKeys } from '@/ui/chat/NewKeys';
import { Section } from '@/ui/Section';
import { useErrorText } from '@/ui/useErrorText';
import { useCallStreams } from '../call/streams';
import { useRoom } from '../room/room';
import type { Source } from './compose';
import { KeysChanged } from './receivers';
import { finishLeft, mediaType } from './recorder';
import { spooled } from './spool';
import { useReceivers } from './useReceivers';
import { useRecorder } from './useRecorder';
import { useGuestToken, useRoomRecording } from './useRoomRecording';

/** Recording in the room: what everybody said, saying it, and for the provider starting and stopping. */
export function RecordingPanel() {
  const { t } = useTranslation('recording');
  const { you } = useRoom();
  const state = useRoomRecording();
  useFinishLeft();
  if (!state?.allowed || !you) return null;
  return (
    <Section title={t('title')} text={t(state.clinic_plays ? 'textWithClinic' : 'text', { days: state.keep_days })}>
      <Stack gap="sm">
        <People state={state} />
        <Answer state={state} own={you.participant} />
        {you.role === 'provider' && <Making state={state} />}
        {state.stopped_why && <Text role="status">{t(`stopped.${state.stopped_why}`)}</Text>}
      </Stack>
    </Section>
  );
}

const COLORS = { yes: 'lagoon', no: 'red', none: 'gray' } as const;

function People({ state }: { state: RoomRecording }) {
  const { t } = useTranslation('recording');
  return (
    <List listStyleType="none" aria-label={t('people')} withPadding={false}>
      {state.people.map((one) => (
        <List.Item key={one.participant}>
          <Group gap="xs">
            <span>{one.name}</span>
            <Badge color={COLORS[one.answer ?? 'none']} variant="light">
              {t(`said.${one.answer ?? 'none'}`)}
            </Badge>
          </Group>
        </List.Item>
      ))}
    </List>
  );
}

function Answer({ state, own }: { state: RoomRecording; own: string }) {
  const { t } = useTranslation('recording');
  const { roomId } = useRoom();
  const token = useGuestToken();
  const client = useQueryClient();
  const errorText = useErrorText();
  const say = useMutation({
    mutationFn: (answer: Said) => sayToRecording(roomId, token, answer),
    onSuccess: (told) => client.setQueryData(roomRecordingQuery(roomId, token).queryKey, told),
  });
  const said = state.people.find((one) => one.participant === own)?.answer ?? null;
  return (
    <div role="group" aria-label={t('question')}>
      <Text mb={6}>{said === null ? t('question') : t(`own.${said}`)}</Text>
      <Group gap="xs">
        {said !== 'yes' && (
          <Button size="sm" loading={say.isPending} onClick={() => say.mutate('yes')}>
            {t('agree')}
          </Button>
        )}
        {said !== 'no' && (
          <Button size="sm" variant="default" loading={say.isPending} onClick={() => say.mutate('no')}>
            {said === 'yes' ? t('withdraw') : t('refuse')}
          </Button>
        )}
      </Group>
      {say.error && <Text c="red">{errorText(say.error)}</Text>}
    </div>
  );
}

function Making({ state }: { state: RoomRecording }) {
  const { t } = useTranslation('recording');
  const { roomId } = useRoom();
  const errorText = useErrorText();
  const client = useQueryClient();
  const { all, missing, changed, own, pins, ready, trust } = useReceivers(roomId);
  const { start, stop, busy, error } = useRecorder(roomId, useSources(), state);
  const again = () => client.invalidateQueries({ queryKey: recordingKey(roomId) });
  if (!mediaType()) return <Text c="dimmed">{t('cannot')}</Text>;
  return (
    <>
      {missing.length > 0 && <Alert color="yellow">{t('noKeys')}</Alert>}
      {changed.map((one) => (
        <NewKeys key={one.public_key} holder={one} own={own} onTrust={() => trust(one)} />
      ))}
      <Group gap="xs">
        {state.recording ? (
          <Button color="red" loading={busy} onClick={() => void stop().then(again)}>
            {t('stop')}
          </Button>
        ) : (
          <Button
            loading={busy}
            disabled={!state.may_start || !ready}
            onClick={() => void start(all, pins).then(again)}
          >
            {t('start')}
          </Button>
        )}
      </Group>
      {!state.may_start && !state.recording && <Text c="dimmed">{t('notYet')}</Text>}
      {error !== null && (
        <Text c="red" role="alert">
          {error instanceof KeysChanged ? t('keysChanged') : errorText(error)}
        </Text>
      )}
    </>
  );
}

/** Everybody in the call, as the recording shows them. */
function useSources(): Source[] {
  const streams = useCallStreams();
  return useMemo(() => streams.map(({ participant, name, stream }) => ({ id: participant, name, stream })), [streams]);
}

/** Sends what an earlier page of this browser could not send any more. */
function useFinishLeft() {
  const { roomId, you } = useRoom();
  const records = you?.role === 'provider';
  useEffect(() => {
    if (!records) return;
    void spooled().then((left) => left.filter((one) => one.roomId === roomId).forEach((one) => void finishLeft(one)));
  }, [roomId, records]);
}
