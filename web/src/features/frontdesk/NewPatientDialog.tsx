import { Alert, Button, Group, Modal, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { addPatient, type Patient } from '@/api/patients';
import { LANGUAGES } from '@/lib/preferences';
import { languageName } from '@/lib/names';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';
import { ZoneSelect } from '@/ui/ZoneSelect';

interface NewPatientDialogProps {
  opened: boolean;
  clinicId: string;
  /** What was searched for, as the first guess at the name. */
  name: string;
  onClose: () => void;
  onAdded: (patient: Patient) => void;
}

/** Enters a patient. Somebody whose address is known already is linked to the clinic instead. */
export function NewPatientDialog({ opened, name, onClose, ...form }: NewPatientDialogProps) {
  const { t } = useTranslation(['frontdesk', 'ui']);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('frontdesk:patient.newTitle')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('ui:close') }}
    >
      {opened && <PatientForm name={name} onClose={onClose} {...form} />}
    </Modal>
  );
}

function PatientForm({ clinicId, name, onClose, onAdded }: Omit<NewPatientDialogProps, 'opened'>) {
  const { t } = useTranslation(['frontdesk', 'ui']);
  const { language, zone } = useLocale();
  const errorText = useErrorText();
  const client = useQueryClient();
  const form = useForm({
    initialValues: { full_name: name, email: '', phone: '', born_on: '', language, time_zone: zone },
    validate: {
      full_name: (value) => (value.trim() ? null : t('frontdesk:needed')),
      email: (value) => (/^\S+@\S+\.\S+$/u.test(value.trim()) ? null : t('frontdesk:emailWrong')),
    },
  });
  const save = useMutation({
    mutationFn: (values: typeof form.values) =>
      addPatient({
        clinic_id: clinicId,
        ...values,
        full_name: values.full_name.trim(),
        email: values.email.trim(),
        phone: values.phone.trim() || null,
        born_on: values.born_on || null,
      }),
    onSuccess: (patient) => {
      onAdded(patient);
      onClose();
      return client.invalidateQueries({ queryKey: ['clinic', clinicId, 'patients'] });
    },
  });
  const optional = (label: string) => `${label} (${t('ui:optional')})`;
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
      <Stack>
        <TextInput label={t('frontdesk:patient.name')} autoComplete="off" data-autofocus {...form.getInputProps('full_name')} />
        <TextInput
          label={t('frontdesk:patient.email')}
          description={t('frontdesk:patient.emailHint')}
          type="email"
          autoComplete="off"
          {...form.getInputProps('email')}
        />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput label={optional(t('frontdesk:patient.phone'))} type="tel" autoComplete="off" {...form.getInputProps('phone')} />
          <TextInput label={optional(t('frontdesk:patient.bornOn'))} type="date" {...form.getInputProps('born_on')} />
          <Select
            label={t('frontdesk:patient.language')}
            data={LANGUAGES.map((code) => ({ value: code, label: languageName(code, language) }))}
            allowDeselect={false}
            {...form.getInputProps('language')}
          />
          <ZoneSelect label={t('frontdesk:patient.zone')} {...form.getInputProps('time_zone')} value={form.values.time_zone} />
        </SimpleGrid>
        {save.error && (
          <Alert color="red" role="alert">
            {errorText(save.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('ui:cancel')}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t('frontdesk:patient.add')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
