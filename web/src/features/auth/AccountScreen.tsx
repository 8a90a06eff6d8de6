import { Alert, Button, Card, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { updateMe, useUser } from '@/api/session';
import type { User } from '@/api/types';
import { notifyDone } from '@/ui/notify';
import { Screen } from '@/ui/Screen';
import { useErrorText } from '@/ui/useErrorText';
import { useSignOut } from './useSignOut';

/** The person's own details, and leaving. */
export function AccountScreen() {
  const { t } = useTranslation('auth');
  const user = useUser();
  const leave = useSignOut();
  if (!user) return null;
  return (
    <Screen title={t('account.title')} width="narrow">
      <Stack gap="lg">
        <Details user={user} />
        <Card component="section">
          <Title order={2} size="h3">
            {t('account.session')}
          </Title>
          <Group justify="space-between" mt="xs">
            <Text c="dimmed">{t('account.sessionText')}</Text>
            <Button variant="default" loading={leave.isPending} onClick={() => leave.mutate()}>
              {t('menu.signOut')}
            </Button>
          </Group>
        </Card>
      </Stack>
    </Screen>
  );
}

function Details({ user }: { user: User }) {
  const { t } = useTranslation(['auth', 'ui']);
  const errorText = useErrorText();
  const form = useForm({
    initialValues: { full_name: user.full_name },
    validate: { full_name: (value) => (value.trim() ? null : t('auth:needed')) },
  });
  const change = useMutation({ mutationFn: updateMe, onSuccess: () => notifyDone(t('auth:account.saved')) });
  return (
    <Card component="section">
      <Title order={2} size="h3" mb="md">
        {t('auth:account.details')}
      </Title>
      <form onSubmit={form.onSubmit(({ full_name }) => change.mutate({ full_name: full_name.trim() }))}>
        <Stack>
          {change.error && (
            <Alert color="red" role="alert">
              {errorText(change.error)}
            </Alert>
          )}
          <TextInput label={t('auth:account.name')} autoComplete="name" {...form.getInputProps('full_name')} />
          <TextInput label={t('auth:email')} description={t('auth:account.emailNote')} value={user.email} readOnly />
          <Group justify="flex-end">
            <Button type="submit" loading={change.isPending}>
              {t('ui:save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
