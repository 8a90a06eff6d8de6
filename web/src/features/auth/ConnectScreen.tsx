import { Alert, Anchor, Button, Card, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { connectProved, mailConnectCode, proofQuery, proveByCode, type ToProve } from '@/api/federation';
import { useUser } from '@/api/session';
import { ButtonLink, TextLink } from '@/ui/ButtonLink';
import { notifyDone, notifyFailed } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { useErrorText } from '@/ui/useErrorText';
import { AuthForm } from './AuthForm';
import { CODE_LENGTH, digitsOf } from './rules';
import { useEntered } from './useEntered';

/** The identity is proved, the account not yet: by a mailed code, or by signing in to it and coming back here. */
export function ConnectScreen() {
  const { t } = useTranslation('federation');
  const proof = useQuery(proofQuery);
  const user = useUser();
  if (!proof.data) {
    return (
      <Screen title={t('prove.title')} width="narrow">
        <QueryView query={proof}>
          {() => (
            <Stack align="flex-start">
              <Text>{t('back.nothing')}</Text>
              <ButtonLink to="/sign-in">{t('back.again')}</ButtonLink>
            </Stack>
          )}
        </QueryView>
      </Screen>
    );
  }
  return user ? <Join proof={proof.data} /> : <ByCode proof={proof.data} />;
}

function Join({ proof }: { proof: ToProve }) {
  const { t } = useTranslation('federation');
  const router = useRouter();
  const errorText = useErrorText();
  const join = useMutation({
    mutationFn: connectProved,
    onSuccess: (result) => {
      notifyDone(t('back.connected', { label: proof.label }));
      router.history.replace(result.next ?? '/account/security');
    },
  });
  return (
    <Screen title={t('prove.title')} width="narrow">
      <Card p={{ base: 'lg', sm: 'xl' }}>
        <Stack>
          {join.error ? (
            <Alert color="red" role="alert">
              {errorText(join.error)}
            </Alert>
          ) : null}
          <Text>{t('prove.signedIn', { label: proof.label, email: proof.email })}</Text>
          <Group justify="flex-end">
            <ButtonLink to="/" variant="default">
              {t('prove.notNow')}
            </ButtonLink>
            <Button loading={join.isPending} onClick={() => join.mutate()}>
              {t('prove.connect')}
            </Button>
          </Group>
        </Stack>
      </Card>
    </Screen>
  );
}

function ByCode({ proof }: { proof: ToProve }) {
  const { t } = useTranslation('federation');
  const [sent, setSent] = useState(!proof.account);
  const errorText = useErrorText();
  const send = useMutation({ mutationFn: mailConnectCode, onSuccess: () => setSent(true) });
  const instead = (
    <TextLink to="/sign-in" search={{ email: proof.email, next: '/sign-in/connect' }}>
      {t('prove.signIn')}
    </TextLink>
  );
  if (sent) return <CodeForm proof={proof} instead={instead} />;
  return (
    <Screen title={t('prove.title')} width="narrow">
      <Card p={{ base: 'lg', sm: 'xl' }}>
        <Stack>
          {send.error ? (
            <Alert color="red" role="alert">
              {errorText(send.error)}
            </Alert>
          ) : null}
          <Text>{t('prove.account', { email: proof.email, label: proof.label })}</Text>
          <ButtonLink to="/sign-in" search={{ email: proof.email, next: '/sign-in/connect' }} size="lg">
            {t('prove.signIn')}
          </ButtonLink>
          <Button variant="default" size="lg" loading={send.isPending} onClick={() => send.mutate()}>
            {t('prove.send')}
          </Button>
        </Stack>
      </Card>
    </Screen>
  );
}

function CodeForm({ proof, instead }: { proof: ToProve; instead: ReactNode }) {
  const { t } = useTranslation('federation');
  const entered = useEntered();
  const errorText = useErrorText();
  const form = useForm({
    initialValues: { code: '' },
    validate: { code: (value) => (digitsOf(value).length === CODE_LENGTH ? null : t('prove.short')) },
  });
  const confirm = useMutation({
    mutationFn: proveByCode,
    onSuccess: (result) => {
      entered(result.session?.user ?? null, result.next, true);
    },
  });
  const again = useMutation({
    mutationFn: mailConnectCode,
    onSuccess: () => notifyDone(t('prove.resent')),
    onError: (error) => notifyFailed(errorText(error)),
  });
  return (
    <AuthForm
      title={proof.account ? t('prove.title') : t('prove.addressTitle')}
      intro={t(proof.account ? 'prove.sent' : 'prove.address', { email: proof.email, label: proof.label })}
      action={t('prove.action')}
      busy={confirm.isPending}
      error={confirm.error}
      onSubmit={form.onSubmit(({ code }) => confirm.mutate(digitsOf(code)))}
      footer={
        <>
          <Text>
            {t('prove.again')}{' '}
            <Anchor component="button" type="button" onClick={() => again.mutate()}>
              {t('prove.resend')}
            </Anchor>
          </Text>
          {instead}
        </>
      }
    >
      <TextInput
        label={t('prove.code')}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={CODE_LENGTH + 2}
        styles={{ input: { fontSize: '1.75rem', letterSpacing: '0.35em', textAlign: 'center', height: '4rem' } }}
        {...form.getInputProps('code')}
      />
    </AuthForm>
  );
}
