import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useUser } from '@/api/session';
import { askForEmail, confirmEmail } from '@/api/sessions';
import { notifyDone } from '@/ui/notify';
import { Section } from '@/ui/Section';
import { useErrorText } from '@/ui/useErrorText';
import { codeOfApp } from './codes';

const ADDRESS = /^\S+@\S+\.\S+$/u;
const CODE_LENGTH = 6;

/** The address one signs in with, and changing it. */
export function EmailSection() {
  const { t } = useTranslation('security');
  const user = useUser();
  const [step, setStep] = useState<'shown' | 'asking' | { to: string }>('shown');
  if (!user) return null;
  const done = () => {
    setStep('shown');
    notifyDone(t('email.changed'));
  };
  return (
    <Section title={t('email.title')} text={t('email.text')}>
      {step === 'shown' ? (
        <Stack align="flex-start">
          <Text fw={600}>{user.email}</Text>
          <Button variant="default" onClick={() => setStep('asking')}>
            {t('email.change')}
          </Button>
        </Stack>
      ) : step === 'asking' ? (
        <Ask onAsked={(to) => setStep({ to })} onClose={() => setStep('shown')} />
      ) : (
        <Confirm to={step.to} onDone={done} onClose={() => setStep('shown')} />
      )}
    </Section>
  );
}

function Ask({ onAsked, onClose }: { onAsked: (to: string) => void; onClose: () => void }) {
  const { t } = useTranslation(['security', 'ui']);
  const errorText = useErrorText();
  const form = useForm({
    initialValues: { email: '' },
    validate: { email: (value) => (ADDRESS.test(value.trim()) ? null : t('security:email.wrong')) },
  });
  const ask = useMutation({ mutationFn: askForEmail, onSuccess: (_, email) => onAsked(email) });
  return (
    <form noValidate onSubmit={form.onSubmit(({ email }) => ask.mutate(email.trim()))}>
      <Stack maw="26rem">
        {ask.error && (
          <Alert color="red" role="alert">
            {errorText(ask.error)}
          </Alert>
        )}
        <TextInput
          label={t('security:email.new')}
          type="email"
          autoComplete="email"
          data-autofocus
          {...form.getInputProps('email')}
        />
        <Group>
          <Button type="submit" loading={ask.isPending}>
            {t('security:email.send')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('ui:cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Confirm({ to, onDone, onClose }: { to: string; onDone: () => void; onClose: () => void }) {
  const { t } = useTranslation(['security', 'ui']);
  const errorText = useErrorText();
  const form = useForm({
    initialValues: { code: '' },
    validate: { code: (value) => (codeOfApp(value).length === CODE_LENGTH ? null : t('security:email.short')) },
  });
  const confirm = useMutation({ mutationFn: confirmEmail, onSuccess: onDone });
  return (
    <form noValidate onSubmit={form.onSubmit(({ code }) => confirm.mutate(codeOfApp(code)))}>
      <Stack maw="26rem">
        <Alert variant="light">{t('security:email.sent', { email: to })}</Alert>
        {confirm.error && (
          <Alert color="red" role="alert">
            {errorText(confirm.error)}
          </Alert>
        )}
        <TextInput
          label={t('security:email.code')}
          inputMode="numeric"
          autoComplete="one-time-code"
          data-autofocus
          {...form.getInputProps('code')}
        />
        <Group>
          <Button type="submit" loading={confirm.isPending}>
            {t('security:email.confirm')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('ui:cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
