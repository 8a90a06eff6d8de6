import { PasswordInput, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { register } from '@/api/session';
import { TextLink } from '@/ui/ButtonLink';
import { ProviderButtons } from '@/ui/federation/ProviderButtons';
import { useLocale } from '@/ui/useLocale';
import { AuthForm } from './AuthForm';
import { looksLikeEmail, PASSWORD_LENGTH } from './rules';

const route = getRouteApi('/register');

/** Opens a patient's account; the code that proves the address comes by mail. */
export function RegisterScreen() {
  const { t } = useTranslation('auth');
  const { language, zone } = useLocale();
  const search = route.useSearch();
  const navigate = useNavigate();
  const form = useForm({
    initialValues: { full_name: '', email: search.email ?? '', password: '' },
    validate: {
      full_name: (value) => (value.trim() ? null : t('needed')),
      email: (value) => (looksLikeEmail(value) ? null : t('emailWrong')),
      password: (value) =>
        value.length < PASSWORD_LENGTH ? t('passwordShort', { count: PASSWORD_LENGTH - value.length }) : null,
    },
  });
  const open = useMutation({
    mutationFn: register,
    onSuccess: (_, { email }) => navigate({ to: '/verify', search: { ...search, email } }),
  });
  const submit = form.onSubmit(({ full_name, email, password }) =>
    open.mutate({ full_name: full_name.trim(), email: email.trim(), password, time_zone: zone, language }),
  );
  return (
    <AuthForm
      title={t('register.title')}
      intro={t('register.intro')}
      action={t('register.action')}
      busy={open.isPending}
      error={open.error}
      onSubmit={submit}
      footer={
        <>
          <ProviderButtons next={search.next} />
          <Text>
            {t('register.known')}{' '}
            <TextLink to="/sign-in" search={search}>
              {t('register.signIn')}
            </TextLink>
          </Text>
        </>
      }
    >
      <TextInput
        label={t('register.name')}
        description={t('register.nameHint')}
        autoComplete="name"
        required
        withAsterisk={false}
        {...form.getInputProps('full_name')}
      />
      <TextInput
        label={t('email')}
        type="email"
        autoComplete="email"
        required
        withAsterisk={false}
        {...form.getInputProps('email')}
      />
      <PasswordInput
        label={t('password')}
        description={t('passwordHint')}
        autoComplete="new-password"
        required
        withAsterisk={false}
        visibilityToggleButtonProps={{ 'aria-label': t('showPassword'), tabIndex: 0 }}
        {...form.getInputProps('password')}
      />
    </AuthForm>
  );
}
