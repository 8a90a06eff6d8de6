import { Alert, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { forgotPassword, resetPassword } from '@/api/session';
import { TextLink } from '@/ui/ButtonLink';
import { notifyDone } from '@/ui/notify';
import { AuthForm } from './AuthForm';
import { CODE_LENGTH, digitsOf, looksLikeEmail, PASSWORD_LENGTH } from './rules';

const route = getRouteApi('/forgot-password');

/** Chooses a new password: first the address, then the mailed code with the password. */
export function ForgotPasswordScreen() {
  const search = route.useSearch();
  const [email, setEmail] = useState<string | null>(null);
  return email === null ? <AskCode first={search.email ?? ''} onSent={setEmail} /> : <Choose email={email} />;
}

function AskCode({ first, onSent }: { first: string; onSent: (email: string) => void }) {
  const { t } = useTranslation('auth');
  const form = useForm({
    initialValues: { email: first },
    validate: { email: (value) => (looksLikeEmail(value) ? null : t('emailWrong')) },
  });
  const send = useMutation({ mutationFn: forgotPassword, onSuccess: (_, email) => onSent(email) });
  return (
    <AuthForm
      title={t('forgot.title')}
      intro={t('forgot.intro')}
      action={t('forgot.action')}
      busy={send.isPending}
      error={send.error}
      onSubmit={form.onSubmit(({ email }) => send.mutate(email.trim()))}
      footer={<BackToSignIn />}
    >
      <TextInput label={t('email')} type="email" autoComplete="username" {...form.getInputProps('email')} />
    </AuthForm>
  );
}

function Choose({ email }: { email: string }) {
  const { t } = useTranslation('auth');
  const search = route.useSearch();
  const router = useRouter();
  const form = useForm({
    initialValues: { code: '', password: '' },
    validate: {
      code: (value) => (digitsOf(value).length === CODE_LENGTH ? null : t('verify.short')),
      password: (value) =>
        value.length < PASSWORD_LENGTH ? t('passwordShort', { count: PASSWORD_LENGTH - value.length }) : null,
    },
  });
  const change = useMutation({
    mutationFn: resetPassword,
    onSuccess: () => {
      notifyDone(t('forgot.done'));
      router.history.push(search.next ?? '/');
    },
  });
  const submit = form.onSubmit(({ code, password }) => change.mutate({ email, code: digitsOf(code), password }));
  return (
    <AuthForm
      title={t('forgot.title')}
      action={t('forgot.do')}
      busy={change.isPending}
      error={change.error}
      onSubmit={submit}
      footer={<BackToSignIn />}
    >
      <Alert variant="light">{t('forgot.sent', { email })}</Alert>
      <TextInput
        label={t('verify.code')}
        inputMode="numeric"
        autoComplete="one-time-code"
        {...form.getInputProps('code')}
      />
      <PasswordInput
        label={t('forgot.newPassword')}
        description={t('passwordHint')}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': t('showPassword'), tabIndex: 0 }}
        {...form.getInputProps('password')}
      />
    </AuthForm>
  );
}

function BackToSignIn() {
  const { t } = useTranslation('auth');
  return (
    <TextLink to="/sign-in" search={route.useSearch()}>
      {t('forgot.back')}
    </TextLink>
  );
}
