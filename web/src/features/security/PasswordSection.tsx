import { Alert, Button, Group, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changePassword, type Security, SECURITY_KEY } from '@/api/security';
import { notifyDone } from '@/ui/notify';
import { Section } from '@/ui/Section';
import { useErrorText } from '@/ui/useErrorText';

const PASSWORD_LENGTH = 12;

/** The password: another one, or a first one for who signs in otherwise. */
export function PasswordSection({ security }: { security: Security }) {
  const { t } = useTranslation('security');
  const [open, setOpen] = useState(false);
  const text = security.has_password ? t('password.text') : t('password.none');
  return (
    <Section title={t('password.title')} text={text}>
      {open ? (
        <PasswordForm has={security.has_password} onClose={() => setOpen(false)} />
      ) : (
        <Button variant="default" onClick={() => setOpen(true)}>
          {security.has_password ? t('password.change') : t('password.choose')}
        </Button>
      )}
    </Section>
  );
}

function PasswordForm({ has, onClose }: { has: boolean; onClose: () => void }) {
  const { t } = useTranslation(['security', 'ui']);
  const errorText = useErrorText();
  const client = useQueryClient();
  const form = useForm({
    initialValues: { current: '', password: '' },
    validate: {
      current: (value) => (has && !value ? t('security:needed') : null),
      password: (value) =>
        value.length < PASSWORD_LENGTH
          ? t('security:password.short', { count: PASSWORD_LENGTH - value.length })
          : null,
    },
  });
  const change = useMutation({
    mutationFn: changePassword,
    onSuccess: () => {
      notifyDone(t('security:password.changed'));
      onClose();
      return client.invalidateQueries({ queryKey: SECURITY_KEY });
    },
  });
  const eye = { 'aria-label': t('security:showPassword'), tabIndex: 0 };
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(({ current, password }) =>
        change.mutate({ password, current: has ? current : null }),
      )}
    >
      <Stack maw="26rem">
        {change.error && (
          <Alert color="red" role="alert">
            {errorText(change.error)}
          </Alert>
        )}
        {has && (
          <PasswordInput
            label={t('security:password.current')}
            autoComplete="current-password"
            visibilityToggleButtonProps={eye}
            data-autofocus
            {...form.getInputProps('current')}
          />
        )}
        <PasswordInput
          label={t('security:password.new')}
          description={t('security:password.hint')}
          autoComplete="new-password"
          visibilityToggleButtonProps={eye}
          {...form.getInputProps('password')}
        />
        <Group>
          <Button type="submit" loading={change.isPending}>
            {has ? t('security:password.change') : t('security:password.choose')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('ui:cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
