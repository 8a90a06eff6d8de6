import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type SyntheticEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mailStepUpCode, type ProofKind, stepUp, stepUpWays } from '@/api/security';
import { onStepUp } from '@/api/stepUp';
import { notifyDone } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { OtherWays, SecretField } from '@/ui/proof/SecretField';
import { usePasskeyError } from '@/ui/proof/usePasskeyError';

/** Asks the person to prove who they are when a call needs it; the call is made again afterwards. */
export function StepUpDialog() {
  const { t } = useTranslation(['security', 'ui']);
  const [opened, setOpened] = useState(false);
  const answer = useRef<(proved: boolean) => void>(() => undefined);
  useEffect(
    () =>
      onStepUp(() => {
        setOpened(true);
        return new Promise<boolean>((resolve) => {
          answer.current = resolve;
        });
      }),
    [],
  );
  const close = (proved: boolean) => {
    setOpened(false);
    answer.current(proved);
  };
  return (
    <Modal
      opened={opened}
      onClose={() => close(false)}
      title={t('security:stepUp.title')}
      zIndex={400}
      closeButtonProps={{ 'aria-label': t('ui:close') }}
    >
      {opened && <Ways onProved={() => close(true)} onClose={() => close(false)} />}
    </Modal>
  );
}

interface AnswerProps {
  onProved: () => void;
  onClose: () => void;
}

function Ways(props: AnswerProps) {
  const query = useQuery({ queryKey: ['security', 'step-up'], queryFn: stepUpWays, gcTime: 0, staleTime: 0 });
  return <QueryView query={query}>{(ways) => <ProofForm ways={ways} {...props} />}</QueryView>;
}

function ProofForm({ ways, onProved, onClose }: AnswerProps & { ways: ProofKind[] }) {
  const { t } = useTranslation(['security', 'ui']);
  const errorText = usePasskeyError();
  const [way, setWay] = useState<ProofKind>(ways[0] ?? 'password');
  const [secret, setSecret] = useState('');
  const prove = useMutation({ mutationFn: () => stepUp(way, secret.trim()), onSuccess: onProved });
  const mail = useMutation({
    mutationFn: mailStepUpCode,
    onSuccess: () => notifyDone(t('security:stepUp.mailed')),
  });
  const error = prove.error ?? mail.error;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    prove.mutate();
  };
  const choose = (other: ProofKind) => {
    setWay(other);
    setSecret('');
    prove.reset();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text>{t('security:stepUp.text')}</Text>
        {error && (
          <Alert color="red" role="alert">
            {errorText(error)}
          </Alert>
        )}
        <SecretField way={way} value={secret} onChange={setSecret} />
        {way === 'mailed-code' && (
          <Button variant="default" loading={mail.isPending} onClick={() => mail.mutate()}>
            {t('security:stepUp.mail')}
          </Button>
        )}
        <OtherWays ways={ways} way={way} onWay={choose} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('ui:cancel')}
          </Button>
          <Button type="submit" loading={prove.isPending} disabled={way !== 'passkey' && !secret.trim()}>
            {t(way === 'passkey' ? 'security:stepUp.passkey' : 'security:stepUp.action')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
