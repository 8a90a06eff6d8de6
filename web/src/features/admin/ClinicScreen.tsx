import { Alert, Button, Card, Fieldset, Group, NumberInput, Select, SimpleGrid, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { changeClinic, type Clinic, clinicQuery } from '@/api/clinics';
import { useIsAdmin } from '@/ui/clinic/useClinic';
import { QueryView } from '@/ui/QueryView';
import { ZoneSelect } from '@/ui/ZoneSelect';
import { AdminScreen } from './AdminScreen';
import { ChatRulesSection } from './ChatRulesSection';
import { ClinicKeySection } from './ClinicKeySection';
import { FormError } from './EditDrawer';
import { Policies } from './Policies';
import { RecordingRulesForm } from './RecordingRulesForm';
import { useSave } from './useSave';

/** The clinic itself: name, contacts, zone, and the rule for cancelling. */
export function ClinicScreen() {
  return (
    <AdminScreen section="clinic">
      {(clinicId) => (
        <>
          <Settings clinicId={clinicId} />
          <Policies clinicId={clinicId} />
          <RecordingRulesForm clinicId={clinicId} />
          <Conversations clinicId={clinicId} />
        </>
      )}
    </AdminScreen>
  );
}

/** What admins set about messages around visits. */
function Conversations({ clinicId }: { clinicId: string }) {
  if (!useIsAdmin(clinicId)) return null;
  return (
    <Stack gap="md" mt="md" maw="48rem">
      <ChatRulesSection clinicId={clinicId} />
      <ClinicKeySection clinicId={clinicId} />
    </Stack>
  );
}

function Settings({ clinicId }: { clinicId: string }) {
  const query = useQuery(clinicQuery(clinicId));
  return <QueryView query={query}>{(clinic) => <ClinicForm key={`${clinic.id}${clinic.version}`} clinic={clinic} />}</QueryView>;
}

const HOUR_MINUTES = 60;
const LONGEST_NOTICE_HOURS = 720;

function ClinicForm({ clinic }: { clinic: Clinic }) {
  const { t } = useTranslation(['admin', 'ui']);
  const admin = useIsAdmin(clinic.id);
  const { id: _, version: __, cancellation_notice_minutes, ...plain } = clinic;
  const form = useForm({
    initialValues: { ...plain, notice_hours: cancellation_notice_minutes / HOUR_MINUTES },
    validate: { name: (value) => (value.trim() ? null : t('admin:needed')) },
  });
  const save = useSave({
    form,
    save: ({ notice_hours, ...values }) =>
      changeClinic(clinic, { ...values, cancellation_notice_minutes: Math.round(notice_hours * HOUR_MINUTES) }),
    keys: [['clinic', clinic.id], ['clinics']],
    onSaved: () => undefined,
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
      <Stack gap="md" maw="48rem">
        {!admin && <Alert color="gray">{t('admin:adminsOnly')}</Alert>}
        <Card component="fieldset" disabled={!admin} padding="lg">
          <Stack>
            <TextInput label={t('admin:clinic.name')} {...form.getInputProps('name')} />
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <TextInput label={t('admin:clinic.phone')} type="tel" {...form.getInputProps('phone')} />
              <TextInput label={t('admin:clinic.email')} type="email" {...form.getInputProps('email')} />
              <TextInput label={t('admin:clinic.website')} type="url" {...form.getInputProps('website')} />
              <ZoneSelect label={t('admin:zone')} {...form.getInputProps('time_zone')} value={form.values.time_zone} />
              <Select
                label={t('admin:clinic.currency')}
                searchable
                allowDeselect={false}
                data={Intl.supportedValuesOf('currency')}
                {...form.getInputProps('currency')}
              />
            </SimpleGrid>
          </Stack>
        </Card>
        <Card padding="lg">
          <Fieldset legend={t('admin:clinic.policy')} variant="unstyled" disabled={!admin}>
            <Stack mt="xs">
              <NumberInput
                label={t('admin:clinic.notice')}
                description={t('admin:clinic.noticeHint')}
                min={0}
                max={LONGEST_NOTICE_HOURS}
                maw="20rem"
                {...form.getInputProps('notice_hours')}
                error={form.errors['cancellation_notice_minutes']}
              />
              <Switch
                size="md"
                label={t('admin:clinic.reasonRequired')}
                {...form.getInputProps('cancellation_reason_required', { type: 'checkbox' })}
              />
            </Stack>
          </Fieldset>
        </Card>
        <FormError error={save.error} />
        {admin && (
          <Group justify="flex-end">
            <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
              {t('ui:save')}
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}
