import { Alert, Button, Checkbox, Group, Select, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { changeNotifications, NOTIFICATIONS_KEY, type NotificationPreferences } from '@/api/messages';
import { ChannelOrder } from '@/ui/messages/ChannelOrder';
import { Offsets } from '@/ui/messages/Offsets';
import { notifyDone } from '@/ui/notify';
import { Section } from '@/ui/Section';
import { useErrorText } from '@/ui/useErrorText';
import { changeOf, fieldsOf } from './wishes';

/** Channels and their order, times, quiet hours, language and own words; each can be left to the clinic. */
export function WishesForm({ preferences }: { preferences: NotificationPreferences }) {
  const { t } = useTranslation(['messages', 'ui']);
  const errorText = useErrorText();
  const client = useQueryClient();
  const form = useForm({ initialValues: fieldsOf(preferences) });
  const save = useMutation({
    mutationFn: (fields: typeof form.values) => changeNotifications(preferences.version, changeOf(fields)),
    onSuccess: (answer) => {
      client.setQueryData(NOTIFICATIONS_KEY, answer);
      notifyDone(t('ui:saved'));
    },
  });
  const { ownChannels, ownTimes, quiet } = form.values;
  return (
    <form onSubmit={form.onSubmit((fields) => save.mutate(fields))} noValidate>
      <Section title={t('messages:wishes.how')} text={t('messages:wishes.howText')}>
        <Stack gap="lg">
          <Switch
            size="md"
            label={t('messages:wishes.ownChannels')}
            {...form.getInputProps('ownChannels', { type: 'checkbox' })}
          />
          {ownChannels && <ChannelOrder label={t('messages:wishes.channels')} {...form.getInputProps('channels')} />}
          <Switch
            size="md"
            label={t('messages:wishes.ownTimes')}
            {...form.getInputProps('ownTimes', { type: 'checkbox' })}
          />
          {ownTimes && <Offsets label={t('messages:wishes.times')} {...form.getInputProps('offsets')} />}
          <Select
            label={t('messages:wishes.quiet')}
            description={t('messages:wishes.quietHint')}
            data={(['clinic', 'never', 'own'] as const).map((value) => ({
              value,
              label: t(`messages:wishes.quietChoice.${value}`),
            }))}
            allowDeselect={false}
            {...form.getInputProps('quiet')}
          />
          {quiet === 'own' && (
            <Group grow>
              <TextInput type="time" label={t('messages:wishes.from')} {...form.getInputProps('from')} />
              <TextInput type="time" label={t('messages:wishes.until')} {...form.getInputProps('until')} />
            </Group>
          )}
          <Select
            label={t('messages:wishes.language')}
            data={(['account', 'en', 'es'] as const).map((value) => ({
              value,
              label: t(`messages:wishes.languageChoice.${value}`),
            }))}
            allowDeselect={false}
            {...form.getInputProps('language')}
          />
          <Textarea
            label={t('messages:wishes.custom')}
            description={t('messages:wishes.customHint')}
            maxLength={300}
            autosize
            minRows={2}
            {...form.getInputProps('custom')}
          />
          <Checkbox.Group label={t('messages:wishes.optedOut')} {...form.getInputProps('optedOut')}>
            <Group mt="xs">
              {(['email', 'sms', 'push', 'voice'] as const).map((channel) => (
                <Checkbox key={channel} size="md" value={channel} label={t(`messages:channel.${channel}`)} />
              ))}
            </Group>
          </Checkbox.Group>
          {save.error && (
            <Alert color="red" role="alert">
              {errorText(save.error)}
            </Alert>
          )}
          <Text size="sm" c="dimmed">
            {t('messages:wishes.limits')}
          </Text>
          <Group justify="flex-end">
            <Button type="submit" loading={save.isPending}>
              {t('ui:save')}
            </Button>
          </Group>
        </Stack>
      </Section>
    </form>
  );
}

