import { PasswordInput, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { hasCode } from '@/api/errors';
import { login } from '@/api/session';
import { TextLink } from '@/ui/ButtonLink';
import { ProviderButtons } from '@/ui/federation/ProviderButtons';
import { AuthForm } from './AuthForm';
import { EndedNote } from './EndedNote';
import { PasskeyButton } from './PasskeyButton';
import { looksLikeEmail } from './rules';
import { useEntered } from './useEntered';

const route = getRouteApi('/sign-in');

/** Signs in and goes on where the person wanted to. */
export function SignInScreen() {
  const { t } = useTranslation('auth');
  const search = route.useSearch();
  const entered = useEntered();
  const navigate = useNavigate();
  const form = useForm({
    initialValues: { email: search.email ?? '', password: '' },
    validate: {
      email: (value) => (looksLikeEmail(value) ? null : t('emailWrong')),
      password: (value) => (value ? null : t('needed')),
    },
  });
  const signIn = useMutation({
    mutationFn: login,
    onError: (error, { email }) => {
      // The password was right, but the address was never proved: the server has mailed a new code.
      if (hasCode(error, 'not_verified')) void navigate({ to: '/verify', search: { ...search, email } });
    },
    onSuccess: (user) => entered(user, search.next),
  });
  return (
    <AuthForm
      title={t('signIn.title')}
      intro={search.next?.startsWith('/book') ? t('signIn.kept') : undefined}
      action={t('signIn.action')}
      busy={signIn.isPending}
      error={signIn.error}
      onSubmit={form.onSubmit((values) => signIn.mutate({ ...values, email: values.email.trim() }))}
      footer={
        <>
          <PasskeyButton next={search.next} />
          <ProviderButtons next={search.next} />
          <TextLink to="/forgot-password" search={search}>
            {t('signIn.forgot')}
          </TextLink>
          <Text>
            {t('signIn.new')}{' '}
            <TextLink to="/register" search={search}>
              {t('signIn.register')}
            </TextLink>
          </Text>
        </>
      }
    >
      <EndedNote />
      <TextInput
        label={t('email')}
        type="email"
        autoComplete="username webauthn"
        required
        withAsterisk={false}
        {...form.getInputProps('email')}
      />
      <PasswordInput
        label={t('password')}
        autoComplete="current-password"
        required
        withAsterisk={false}
        visibilityToggleButtonProps={{ 'aria-label': t('showPassword'), tabIndex: 0 }}
        {...form.getInputProps('password')}
      />
    </AuthForm>
  );
}
