import { Alert, Button, Card, Group, SegmentedControl, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Emergency, openRecord, REASONS } from '@/api/delegates';
import { useUser } from '@/api/session';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { useErrorText } from '@/ui/useErrorText';

const SHORTEST_NOTE = 10;
const LONGEST_NOTE = 1000;

/** Whose record, and why; asked once more before it opens. */
export function OpenForm() {
  const { t } = useTranslation('delegates');
  const user = useUser();
  const client = useQueryClient();
  const errorText = useErrorText();
  const [asking, setAsking] = useState(false);
  const clinicId = user?.clinic_roles.find(({ role }) => role !== 'admin')?.clinic_id ?? '';
  const form = useForm({
    initialValues: { reason: '', note: '', by: 'name', full_name: '', born_on: '', email: '' },
    validate: {
      reason: (value) => (value ? null : t('emergency.needed')),
      note: (value) => (value.trim().length >= SHORTEST_NOTE ? null : t('emergency.noteShort')),
      full_name: (value, { by }) => (by === 'name' && !value.trim() ? t('emergency.needed') : null),
      born_on: (value, { by }) => (by === 'name' && !value ? t('emergency.needed') : null),
      email: (value, { by }) => (by === 'email' && !value.trim() ? t('emergency.needed') : null),
    },
  });
  const open = useMutation({
    mutationFn: () => {
      const { reason, note, by, full_name, born_on, email } = form.values;
      const who = by === 'email' ? { email: email.trim() } : { full_name: full_name.trim(), born_on };
      return openRecord({ clinic_id: clinicId, reason: reason as Emergency['reason'], note: note.trim(), ...who });
    },
    onSuccess: () => {
      form.reset();
      return client.invalidateQueries({ queryKey: ['emergencies'] });
    },
    onSettled: () => setAsking(false),
  });
  return (
    <Card p={{ base: 'md', sm: 'lg' }}>
      <form noValidate onSubmit={form.onSubmit(() => setAsking(true))}>
        <Stack>
          {open.error && (
            <Alert color="red" role="alert">
              {errorText(open.error)}
            </Alert>
          )}
          <Select
            label={t('emergency.reason')}
            data={REASONS.map((reason) => ({ value: reason, label: t(`emergency.because.${reason}`) }))}
            {...form.getInputProps('reason')}
          />
          <Textarea
            label={t('emergency.note')}
            description={t('emergency.noteHint')}
            autosize
            minRows={2}
            maxLength={LONGEST_NOTE}
            {...form.getInputProps('note')}
          />
          <SegmentedControl
            aria-label={t('emergency.by')}
            data={[
              { value: 'name', label: t('emergency.byName') },
              { value: 'email', label: t('emergency.byEmail') },
            ]}
            {...form.getInputProps('by')}
          />
          {form.values.by === 'name' ? (
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <TextInput label={t('emergency.name')} autoComplete="off" {...form.getInputProps('full_name')} />
              <TextInput label={t('emergency.born')} type="date" {...form.getInputProps('born_on')} />
            </SimpleGrid>
          ) : (
            <TextInput label={t('emergency.email')} type="email" autoComplete="off" {...form.getInputProps('email')} />
          )}
          <Group justify="flex-end">
            <Button type="submit" color="red.9">
              {t('emergency.open')}
            </Button>
          </Group>
        </Stack>
      </form>
      <ConfirmDialog
        opened={asking}
        title={t('emergency.sure')}
        confirm={t('emergency.open')}
        danger
        busy={open.isPending}
        onConfirm={() => open.mutate()}
        onClose={() => setAsking(false)}
      >
        <Text>{t('emergency.sureText')}</Text>
      </ConfirmDialog>
    </Card>
  );
}
