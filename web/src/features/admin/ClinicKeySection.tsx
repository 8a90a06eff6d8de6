import { Alert, Badge, Button, Modal, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Escrow, escrowQuery, removeEscrow, setEscrow } from '@/api/keys';
import { formatDateTime } from '@/lib/time';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { type Draft, draftKeys } from '@/ui/keys/making';
import { PhraseSteps } from '@/ui/keys/PhraseSteps';
import { useKeyError } from '@/ui/keys/useKeyError';
import { QueryView } from '@/ui/QueryView';
import { Section } from '@/ui/Section';
import { useLocale } from '@/ui/useLocale';

/** The key by which a clinic reads along: off, unless an admin makes one here. */
export function ClinicKeySection({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('chat');
  const query = useQuery(escrowQuery(clinicId));
  return (
    <Section
      title={t('clinicKey.title')}
      text={t('clinicKey.text')}
      state={query.data === null && <Badge color="gray">{t('clinicKey.off')}</Badge>}
    >
      <QueryView query={query}>
        {(escrow) => (escrow ? <On clinicId={clinicId} escrow={escrow} /> : <Off clinicId={clinicId} />)}
      </QueryView>
    </Section>
  );
}

function On({ clinicId, escrow }: { clinicId: string; escrow: Escrow }) {
  const { t } = useTranslation('chat');
  const { locale, zone } = useLocale();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => removeEscrow(clinicId),
    onSuccess: () => client.invalidateQueries({ queryKey: escrowQuery(clinicId).queryKey }),
  });
  return (
    <>
      <Text mb="sm">{t('clinicKey.on', { when: formatDateTime(escrow.made_at, zone, locale) })}</Text>
      <Button variant="default" onClick={() => setAsking(true)}>
        {t('clinicKey.remove')}
      </Button>
      <ConfirmDialog
        opened={asking}
        title={t('clinicKey.removeTitle')}
        confirm={t('clinicKey.remove')}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
        onClose={() => setAsking(false)}
      >
        <Text>{t('clinicKey.removeText')}</Text>
      </ConfirmDialog>
    </>
  );
}

function Off({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation(['chat', 'ui']);
  const client = useQueryClient();
  const errorText = useKeyError();
  const [draft, setDraft] = useState<Draft | null>(null);
  const begin = useMutation({ mutationFn: draftKeys, onSuccess: setDraft });
  const keep = useMutation({
    mutationFn: async ({ identity, seal, secret }: Draft) => {
      const { salt, iterations, sealed } = seal;
      await setEscrow(clinicId, { public_key: identity.publicKey, salt, iterations, sealed });
      secret.fill(0);
    },
    onSuccess: () => client.invalidateQueries({ queryKey: escrowQuery(clinicId).queryKey }),
  });
  const error = begin.error ?? keep.error;
  return (
    <>
      {error && (
        <Alert color="red" role="alert" mb="sm">
          {errorText(error)}
        </Alert>
      )}
      <Button variant="default" loading={begin.isPending} onClick={() => begin.mutate()}>
        {t('chat:clinicKey.make')}
      </Button>
      <Modal
        opened={draft !== null}
        onClose={() => setDraft(null)}
        title={t('chat:clinicKey.title')}
        closeOnClickOutside={false}
        closeButtonProps={{ 'aria-label': t('ui:close') }}
      >
        {draft && <PhraseSteps phrase={draft.phrase} busy={keep.isPending} onKept={() => keep.mutate(draft)} />}
      </Modal>
    </>
  );
}
