import { Button, Checkbox, Group, NumberInput, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { changeReminderRules, CHANNELS, type ReminderRules, reminderRulesQuery } from '@/api/messages';
import { ChannelOrder } from '@/ui/messages/ChannelOrder';
import { Offsets } from '@/ui/messages/Offsets';
import { QueryView } from '@/ui/QueryView';
import { Section } from '@/ui/Section';
import { FormError } from '../EditDrawer';
import { useSave } from '../useSave';

const DAY = 1440;
const HOUR = 60;

/** A clinic's usual way of reminding, and its limits. */
export function ReminderRulesForm({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('messages');
  const query = useQuery(reminderRulesQuery(clinicId));
  return (
    <Section title={t('admin.rules')} text={t('admin.rulesText')}>
      <QueryView query={query}>{(rules) => <Form key={rules.version} clinicId={clinicId} rules={rules} />}</QueryView>
    </Section>
  );
}

function Form({ clinicId, rules }: { clinicId: string; rules: ReminderRules }) {
  const { t } = useTranslation(['messages', 'ui']);
  const form = useForm({
    initialValues: {
      channels: rules.channels,
      allowed: rules.allowed,
      offsets: rules.offsets,
      days: Math.round(rules.longest_offset / DAY),
      most: rules.most,
      night: rules.quiet !== null,
      from: rules.quiet?.from ?? '21:00',
      until: rules.quiet?.until ?? '08:00',
      joinLink: rules.join_link ?? 0,
      followUp: Math.round((rules.follow_up ?? 0) / HOUR),
      customMessages: rules.custom_messages,
    },
  });
  const save = useSave({
    form,
    save: (fields) =>
      changeReminderRules(clinicId, rules.version, {
        channels: fields.channels,
        allowed: fields.allowed,
        offsets: fields.offsets,
        longest_offset: fields.days * DAY,
        most: fields.most,
        quiet: fields.night ? { from: fields.from, until: fields.until } : null,
        join_link: fields.joinLink || null,
        follow_up: fields.followUp * HOUR || null,
        custom_messages: fields.customMessages,
      }),
    keys: [['clinic', clinicId, 'reminder-rules']],
    onSaved: () => undefined,
  });
  return (
    <form onSubmit={form.onSubmit((fields) => save.mutate(fields))} noValidate>
      <Stack gap="lg">
        <ChannelOrder label={t('messages:admin.usual')} {...form.getInputProps('channels')} />
        <Checkbox.Group label={t('messages:admin.allowed')} {...form.getInputProps('allowed')}>
          <Group mt="xs">
            {CHANNELS.map((channel) => (
              <Checkbox key={channel} size="md" value={channel} label={t(`messages:channel.${channel}`)} />
            ))}
          </Group>
        </Checkbox.Group>
        <Offsets label={t('messages:admin.times')} {...form.getInputProps('offsets')} />
        <Group align="flex-end" grow preventGrowOverflow={false}>
          <NumberInput
            label={t('messages:admin.longest')}
            min={1}
            max={28}
            allowDecimal={false}
            {...form.getInputProps('days')}
          />
          <NumberInput
            label={t('messages:admin.most')}
            min={0}
            max={10}
            allowDecimal={false}
            {...form.getInputProps('most')}
          />
        </Group>
        <Switch size="md" label={t('messages:admin.quietOn')} {...form.getInputProps('night', { type: 'checkbox' })} />
        {form.values.night && (
          <Group grow>
            <TextInput type="time" label={t('messages:wishes.from')} {...form.getInputProps('from')} />
            <TextInput type="time" label={t('messages:wishes.until')} {...form.getInputProps('until')} />
          </Group>
        )}
        <NumberInput
          label={t('messages:admin.joinLink')}
          min={0}
          max={60}
          allowDecimal={false}
          {...form.getInputProps('joinLink')}
        />
        <NumberInput
          label={t('messages:admin.followUp')}
          min={0}
          max={720}
          allowDecimal={false}
          {...form.getInputProps('followUp')}
        />
        <Switch
          size="md"
          label={t('messages:admin.customMessages')}
          {...form.getInputProps('customMessages', { type: 'checkbox' })}
        />
        <FormError error={save.error} />
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {t('ui:save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
