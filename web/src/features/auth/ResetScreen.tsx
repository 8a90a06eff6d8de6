import { Alert, PasswordInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { resetPassword, verify } from '@/api/session';
import { TextLink } from '@/ui/ButtonLink';
import { notifyDone } from '@/ui/notify';
import { AuthForm } from './AuthForm';
import { mailedLink, PASSWORD_LENGTH, type MailedLink } from './rules';
import { useEntered } from './useEntered';

/** Where mails link to: chooses a password, for an invitation or in place of a forgotten one. */
export function ResetScreen() {
  // Read once: the fragment stays with the browser, and the address bar is cleared of it by the next navigation.
  const [link] = useState(() => mailedLink(window.location.hash));
  return link ? <Choose link={link} /> : <Navigate to="/forgot-password" replace />;
}

function Choose({ link }: { link: MailedLink }) {
  const { t } = useTranslation('auth');
  const entered = useEntered();
  const form = useForm({
    initialValues: { password: '' },
    validate: {
      password: (value) =>
        value.length < PASSWORD_LENGTH ? t('passwordShort', { count: PASSWORD_LENGTH - value.length }) : null,
    },
  });
  const choose = useMutation({
    mutationFn: (password: string) => {
      const body = { email: link.email, code: link.code, password };
      return link.invited ? verify(body) : resetPassword(body);
    },
    onSuccess: (user) => {
      notifyDone(t(user ? 'forgot.done' : 'forgot.doneFactor'));
      entered(user, '/');
    },
  });
  return (
    <AuthForm
      title={t('forgot.title')}
      action={t('forgot.do')}
      busy={choose.isPending}
      error={choose.error}
      onSubmit={form.onSubmit(({ password }) => choose.mutate(password))}
      footer={
        <TextLink to="/forgot-password" search={{ email: link.email }}>
          {t('forgot.again')}
        </TextLink>
      }
    >
      <Alert variant="light">{t('forgot.for', { email: link.email })}</Alert>
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
