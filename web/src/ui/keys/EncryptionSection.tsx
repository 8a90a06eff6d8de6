import { Alert, Badge, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addSeal, type Keys, KEYS_KEY, removeSeal, type Seal } from '@/api/keys';
import { passkeysWork } from '@/api/security';
import type { Bytes, IdentitySeal } from '@/lib/e2e';
import { formatDateTime } from '@/lib/time';
import { notifyDone } from '@/ui/notify';
import { Section } from '@/ui/Section';
import { useLocale } from '@/ui/useLocale';
import { AskSecret } from './AskSecret';
import { KeyGate } from './KeyGate';
import { addPasskey, underPhrase, wired } from './making';
import { PhraseSteps } from './PhraseSteps';
import { useIdentity } from './useIdentity';
import { useKeyError } from './useKeyError';

/** The keys of encrypted conversations, and how they are unlocked. */
export function EncryptionSection() {
  const { t } = useTranslation('keys');
  const state = useIdentity();
  return (
    <Section title={t('section.title')} text={t('section.text')}>
      {state.phase === 'ready' ? <Ways keys={state.keys} /> : <KeyGate>{() => null}</KeyGate>}
    </Section>
  );
}

function Ways({ keys }: { keys: Keys }) {
  const { t } = useTranslation('keys');
  const [adding, setAdding] = useState<'phrase' | 'passkey' | null>(null);
  const again = keys.seals.some((seal) => seal.kind === 'phrase');
  return (
    <Stack>
      <Stack component="ul" gap="xs" p={0} m={0} style={{ listStyle: 'none' }} aria-label={t('section.ways')}>
        {keys.seals.map((seal) => (
          <Way key={seal.id} seal={seal} only={keys.seals.length === 1} />
        ))}
      </Stack>
      <Group>
        <Button variant="default" onClick={() => setAdding('phrase')}>
          {again ? t('section.otherPhrase') : t('section.addPhrase')}
        </Button>
        {passkeysWork() && (
          <Button variant="default" onClick={() => setAdding('passkey')}>
            {t('section.addPasskey')}
          </Button>
        )}
      </Group>
      <AddDialog keys={keys} kind={adding} onClose={() => setAdding(null)} />
    </Stack>
  );
}

function Way({ seal, only }: { seal: Seal; only: boolean }) {
  const { t } = useTranslation('keys');
  const { locale, zone } = useLocale();
  const client = useQueryClient();
  const errorText = useKeyError();
  const remove = useMutation({
    mutationFn: () => removeSeal(seal.id),
    onSuccess: () => client.invalidateQueries({ queryKey: KEYS_KEY }),
  });
  return (
    <Group component="li" justify="space-between">
      <Group gap="xs">
        <Text>{t(`section.${seal.kind}`)}</Text>
        <Text size="sm" c="dimmed">
          {formatDateTime(seal.made_at, zone, locale)}
        </Text>
        {only && (
          <Badge variant="light" color="gray">
            {t('section.only')}
          </Badge>
        )}
      </Group>
      {!only && (
        <Button size="sm" variant="default" loading={remove.isPending} onClick={() => remove.mutate()}>
          {t(`section.remove_${seal.kind}`)}
        </Button>
      )}
      {remove.error && (
        <Alert color="red" role="alert">
          {errorText(remove.error)}
        </Alert>
      )}
    </Group>
  );
}

interface AddDialogProps {
  keys: Keys;
  kind: 'phrase' | 'passkey' | null;
  onClose: () => void;
}

/** Adds a way. What unlocks now is asked for, since the private keys cannot be read out of the browser. */
function AddDialog({ keys, kind, onClose }: AddDialogProps) {
  const { t } = useTranslation(['keys', 'ui']);
  return (
    <Modal
      opened={kind !== null}
      onClose={onClose}
      title={kind === 'passkey' ? t('keys:section.addPasskey') : t('keys:section.addPhrase')}
      closeButtonProps={{ 'aria-label': t('ui:close') }}
    >
      {kind && <Add keys={keys} kind={kind} onClose={onClose} />}
    </Modal>
  );
}

function Add({ keys, kind, onClose }: { keys: Keys; kind: 'phrase' | 'passkey'; onClose: () => void }) {
  const { t } = useTranslation('keys');
  const client = useQueryClient();
  const errorText = useKeyError();
  const [made, setMade] = useState<{ phrase: string; seal: IdentitySeal } | null>(null);
  const done = async () => {
    await client.invalidateQueries({ queryKey: KEYS_KEY });
    notifyDone(t('section.added'));
    onClose();
  };
  const opened = useMutation({
    mutationFn: async (secret: Bytes) => {
      if (kind === 'phrase') setMade(await underPhrase({ publicKey: keys.public_key }, secret));
      else await addPasskey(keys, secret);
      secret.fill(0);
    },
    onSuccess: () => (kind === 'passkey' ? done() : undefined),
  });
  const kept = useMutation({ mutationFn: (seal: IdentitySeal) => addSeal(wired(seal)), onSuccess: done });
  const error = opened.error ?? kept.error;
  return (
    <Stack>
      {error && (
        <Alert color="red" role="alert">
          {errorText(error)}
        </Alert>
      )}
      {made ? (
        <PhraseSteps phrase={made.phrase} busy={kept.isPending} onKept={() => kept.mutate(made.seal)} />
      ) : (
        <AskSecret keys={keys} busy={opened.isPending} onSecret={(secret) => opened.mutate(secret)} />
      )}
    </Stack>
  );
}
