import { Anchor, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { resendCode, verify } from '@/api/session';
import { notifyDone, notifyFailed } from '@/ui/notify';
import { useErrorText } from '@/ui/useErrorText';
import { AuthForm } from './AuthForm';
import { CODE_LENGTH, digitsOf, looksLikeEmail } from './rules';
import { useEntered } from './useEntered';

const route = getRouteApi('/verify');

/** Takes the mailed code, signs in, and goes on where the person wanted to. */
export function VerifyScreen() {
  const { t } = useTranslation('auth');
  const search = route.useSearch();
  const entered = useEntered();
  const errorText = useErrorText();
  const form = useForm({
    initialValues: { email: search.email ?? '', code: '' },
    validate: {
      email: (value) => (looksLikeEmail(value) ? null : t('emailWrong')),
      code: (value) => (digitsOf(value).length === CODE_LENGTH ? null : t('verify.short')),
    },
  });
  const confirm = useMutation({
    mutationFn: verify,
    onSuccess: (user) => entered(user, search.next ?? '/'),
  });
  const again = useMutation({
    mutationFn: resendCode,
    onSuccess: () => notifyDone(t('verify.resent')),
    onError: (error) => notifyFailed(errorText(error)),
  });
  const submit = form.onSubmit(({ email, code }) => confirm.mutate({ email: email.trim(), code: digitsOf(code) }));
  return (
    <AuthForm
      title={t('verify.title')}
      intro={search.email ? t('verify.intro', { email: search.email }) : t('verify.introUnknown')}
      action={t('verify.action')}
      busy={confirm.isPending}
      error={confirm.error}
      onSubmit={submit}
      footer={
        <Text>
          {t('verify.again')}{' '}
          <Anchor component="button" type="button" onClick={() => again.mutate(form.values.email.trim())}>
            {t('verify.resend')}
          </Anchor>
        </Text>
      }
    >
      {!search.email && (
        <TextInput label={t('email')} type="email" autoComplete="email" {...form.getInputProps('email')} />
      )}
      <TextInput
        label={t('verify.code')}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={CODE_LENGTH + 2}
        styles={{ input: { fontSize: '1.75rem', letterSpacing: '0.35em', textAlign: 'center', height: '4rem' } }}
        {...form.getInputProps('code')}
      />
    </AuthForm>
  );
}
