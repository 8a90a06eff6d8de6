import { Badge, Button, Card, Group, Modal, Radio, Stack, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { emergenciesQuery, type Emergency, reviewEmergency } from '@/api/delegates';
import { formatDateTime } from '@/lib/time';
import { useWorksAs } from '@/ui/clinic/useClinic';
import { notifyDone } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { useLocale } from '@/ui/useLocale';
import { AdminScreen } from './AdminScreen';
import { FormError } from './EditDrawer';

const VERDICTS = ['justified', 'not-justified'] as const;

/** Records that clinicians broke open, for the privacy officer to review. */
export function EmergenciesScreen() {
  return <AdminScreen section="emergencies">{(clinicId) => <ForAdmins key={clinicId} clinicId={clinicId} />}</AdminScreen>;
}

function ForAdmins({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('admin');
  return useWorksAs(clinicId, 'privacy') ? <Cases clinicId={clinicId} /> : <Text>{t('adminsOnly')}</Text>;
}

function Cases({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('delegates');
  const query = useQuery(emergenciesQuery(clinicId));
  return (
    <>
      <Text c="dimmed" maw="40rem" mb="md">
        {t('review.intro')}
      </Text>
      <QueryView query={query} empty={{ when: (items) => items.length === 0, show: <Text>{t('review.none')}</Text> }}>
        {(items) => (
          <Stack>
            {items.map((one) => (
              <Case key={one.id} clinicId={clinicId} one={one} />
            ))}
          </Stack>
        )}
      </QueryView>
    </>
  );
}

function Case({ clinicId, one }: { clinicId: string; one: Emergency }) {
  const { t } = useTranslation('delegates');
  const { locale, zone } = useLocale();
  const [open, setOpen] = useState(false);
  const when = formatDateTime(one.opened_at, zone, locale);
  return (
    <Card component="article" p="md">
      <Group justify="space-between" align="flex-start">
        <Text fw={600}>{t('review.who', { person: one.person_name, patient: one.patient_name })}</Text>
        <Badge variant="light" size="lg" color={one.verdict ? undefined : 'yellow'}>
          {t(`review.${one.verdict ?? 'open'}`)}
        </Badge>
      </Group>
      <Text size="sm" c="dimmed">
        {when} · {t(`emergency.because.${one.reason}`)}
      </Text>
      <Text mt="xs">{one.note}</Text>
      {one.review_note && (
        <Text size="sm" mt="xs">
          {t('review.note')}: {one.review_note}
        </Text>
      )}
      <Group justify="flex-end" mt="sm">
        <Button
          variant="default"
          size="sm"
          aria-label={t('review.doNamed', { person: one.person_name, when })}
          onClick={() => setOpen(true)}
        >
          {t('review.do')}
        </Button>
      </Group>
      <ReviewDialog clinicId={clinicId} one={one} opened={open} onClose={() => setOpen(false)} />
    </Card>
  );
}

interface ReviewDialogProps {
  clinicId: string;
  one: Emergency;
  opened: boolean;
  onClose: () => void;
}

function ReviewDialog({ clinicId, one, opened, onClose }: ReviewDialogProps) {
  const { t } = useTranslation(['delegates', 'ui']);
  const client = useQueryClient();
  const form = useForm({ initialValues: { verdict: one.verdict ?? VERDICTS[0], note: one.review_note ?? '' } });
  const save = useMutation({
    mutationFn: (values: typeof form.values) => reviewEmergency(one.id, values),
    onSuccess: () => {
      notifyDone(t('delegates:review.saved'));
      onClose();
      return client.invalidateQueries({ queryKey: ['clinic', clinicId, 'emergencies'] });
    },
  });
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('delegates:review.title')}
      closeButtonProps={{ 'aria-label': t('ui:close') }}
    >
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack>
          <Radio.Group label={t('delegates:review.title')} {...form.getInputProps('verdict')}>
            <Stack gap="xs" mt="xs">
              {VERDICTS.map((verdict) => (
                <Radio key={verdict} size="md" value={verdict} label={t(`delegates:review.${verdict}`)} />
              ))}
            </Stack>
          </Radio.Group>
          <Textarea label={t('delegates:review.note')} autosize minRows={2} maxLength={1000} {...form.getInputProps('note')} />
          <FormError error={save.error} />
          <Group justify="flex-end">
            <Button type="submit" loading={save.isPending}>
              {t('delegates:review.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
