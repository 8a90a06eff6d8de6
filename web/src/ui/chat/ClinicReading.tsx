import { Alert, Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ClinicChatCalls, type ClinicConversation, clinicStandingQuery } from '@/api/clinicChats';
import type { Appointment } from '@/api/types';
import { useIsAdmin } from '@/ui/clinic/useClinic';
import { useKeyError } from '@/ui/keys/useKeyError';
import { Section } from '@/ui/Section';
import { clinicIdentities, readForClinic } from './clinicReading';
import { MessageLog } from './MessageLog';
import type { Item } from './opening';
import { Readings } from './Readings';

const SHORTEST_REASON = 10;
const LONGEST_REASON = 500;

/** Opens a visit's conversation with the clinic's own key, for its admins; nothing where that key opens nothing. */
export function ClinicReading({ visit }: { visit: Appointment }) {
  const admin = useIsAdmin(visit.clinic.id);
  const { data } = useQuery({ ...clinicStandingQuery(visit.id), enabled: admin && visit.mode === 'telehealth' });
  const { t } = useTranslation('chat');
  if (!data?.possible) return null;
  return (
    <Section title={t('clinicReading.title')} text={t('clinicReading.text')}>
      <Stack gap="sm">
        <Readings readings={data.readings} />
        <Opening roomId={visit.id} />
      </Stack>
    </Section>
  );
}

interface Opened {
  conversation: ClinicConversation;
  items: Item[];
}

function Opening({ roomId }: { roomId: string }) {
  const { t } = useTranslation('chat');
  const client = useQueryClient();
  const calls = useMemo(() => new ClinicChatCalls(roomId), [roomId]);
  const [asking, setAsking] = useState(false);
  const [opened, setOpened] = useState<Opened | null>(null);
  // What was opened stays if the phrase was mistyped: one reason is one entry in the record of who looked.
  const [told, setTold] = useState<ClinicConversation | null>(null);
  const open = useMutation({
    mutationFn: async ({ reason, phrase }: { reason: string; phrase: string }) => {
      const conversation = told ?? (await calls.open(reason));
      setTold(conversation);
      const identities = await clinicIdentities(conversation.keys, phrase);
      return { conversation, items: await readForClinic(calls, conversation, identities) };
    },
    onSuccess: setOpened,
    onSettled: () => client.invalidateQueries({ queryKey: clinicStandingQuery(roomId).queryKey }),
  });
  const close = () => {
    setOpened(null);
    setTold(null);
    setAsking(false);
    open.reset();
  };
  if (opened) {
    return (
      <Stack>
        <MessageLog
          chat={opened.conversation.chat}
          calls={calls}
          items={opened.items}
          outgoing={[]}
          onRetry={() => undefined}
          onDiscard={() => undefined}
        />
        <div>
          <Button variant="default" onClick={close}>
            {t('clinicReading.close')}
          </Button>
        </div>
      </Stack>
    );
  }
  return asking ? (
    <Ask
      busy={open.isPending}
      error={open.error}
      told={told !== null}
      onOpen={(reason, phrase) => open.mutate({ reason, phrase })}
      onClose={close}
    />
  ) : (
    <Button variant="default" onClick={() => setAsking(true)}>
      {t('clinicReading.begin')}
    </Button>
  );
}

interface AskProps {
  busy: boolean;
  error: unknown;
  /** The reason was taken; only the phrase was not right. */
  told: boolean;
  onOpen: (reason: string, phrase: string) => void;
  onClose: () => void;
}

function Ask({ busy, error, told, onOpen, onClose }: AskProps) {
  const { t } = useTranslation(['chat', 'keys', 'ui']);
  const errorText = useKeyError();
  const [reason, setReason] = useState('');
  const [phrase, setPhrase] = useState('');
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onOpen(reason.trim(), phrase);
  };
  return (
    <form onSubmit={submit} autoComplete="off">
      <Stack>
        {error ? (
          <Alert color="red" role="alert">
            {errorText(error)}
          </Alert>
        ) : null}
        <Textarea
          label={t('chat:clinicReading.reason')}
          description={t('chat:clinicReading.reasonHint')}
          value={reason}
          rows={2}
          maxLength={LONGEST_REASON}
          disabled={told}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Textarea
          label={t('chat:clinicReading.phrase')}
          value={phrase}
          rows={3}
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          onChange={(event) => setPhrase(event.currentTarget.value)}
        />
        <Group>
          <Button variant="default" onClick={onClose}>
            {t('ui:cancel')}
          </Button>
          <Button
            type="submit"
            loading={busy}
            disabled={reason.trim().length < SHORTEST_REASON || !phrase.trim()}
          >
            {t('chat:clinicReading.open')}
          </Button>
        </Group>
        <Text size="sm" c="dimmed">
          {t('chat:clinicReading.told')}
        </Text>
      </Stack>
    </form>
  );
}
