import { Checkbox, Fieldset, Group, MultiSelect, NumberInput, SimpleGrid, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { addVisitType, changeVisitType, type ClinicVisitType, clinicProvidersQuery } from '@/api/catalogue';
import { clinicQuery } from '@/api/clinics';
import { MODES, type Mode, type Role } from '@/api/types';
import { QueryView } from '@/ui/QueryView';
import { EditForm } from './EditDrawer';
import { decimalsOf } from './money';
import { useSave } from './useSave';
import { bodyOf, fieldsOf } from './visitTypeFields';

interface VisitTypeFormProps {
  clinicId: string;
  /** The visit type to change; null for a new one. */
  visitType: ClinicVisitType | null;
  onClose: () => void;
}

const BOOKERS: Role[] = ['patient', 'provider', 'staff', 'admin'];
const DAY_MINUTES = 1440;
const LONGEST_WINDOW_DAYS = 400;
const LONGEST_NOTICE_HOURS = 8760;

/** All about one kind of visit. */
export function VisitTypeForm({ clinicId, visitType, onClose }: VisitTypeFormProps) {
  const clinic = useQuery(clinicQuery(clinicId));
  return (
    <QueryView query={clinic}>
      {({ currency }) => <Fields clinicId={clinicId} visitType={visitType} onClose={onClose} currency={currency} />}
    </QueryView>
  );
}

function Fields({ clinicId, visitType, onClose, currency: usual }: VisitTypeFormProps & { currency: string }) {
  const { t } = useTranslation(['admin', 'ui']);
  const providers = useQuery(clinicProvidersQuery(clinicId)).data ?? [];
  const currency = visitType?.price?.currency ?? usual;
  const form = useForm({
    initialValues: fieldsOf(visitType),
    validate: {
      name: (value) => (value.trim() ? null : t('admin:needed')),
      duration_minutes: (value) => (value ? null : t('admin:needed')),
      modes: (value) => (value.length > 0 ? null : t('admin:visitType.modeNeeded')),
      bookable_by: (value) => (value.length > 0 ? null : t('admin:visitType.bookerNeeded')),
    },
  });
  const save = useSave({
    form,
    save: (values) => {
      const body = bodyOf(values, currency);
      return visitType ? changeVisitType(visitType, body) : addVisitType({ ...body, clinic_id: clinicId });
    },
    keys: [['clinic', clinicId], ['provider'], ['slots']],
    onSaved: onClose,
  });
  const minutes = { min: 0, max: DAY_MINUTES, suffix: ` ${t('admin:min')}` };
  return (
    <EditForm busy={save.isPending} error={save.error} onClose={onClose} onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <TextInput label={t('admin:name')} data-autofocus {...form.getInputProps('name')} />
      <Textarea label={t('admin:visitType.description')} autosize minRows={2} {...form.getInputProps('description')} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <NumberInput label={t('admin:visitType.length')} {...minutes} min={1} {...form.getInputProps('duration_minutes')} />
        <NumberInput
          label={t('admin:visitType.step')}
          placeholder={t('admin:visitType.asLength')}
          {...minutes}
          min={1}
          {...form.getInputProps('step_minutes')}
        />
        <NumberInput label={t('admin:visitType.before')} {...minutes} {...form.getInputProps('buffer_before_minutes')} />
        <NumberInput label={t('admin:visitType.after')} {...minutes} {...form.getInputProps('buffer_after_minutes')} />
        <NumberInput
          label={t('admin:visitType.notice')}
          min={0}
          max={LONGEST_NOTICE_HOURS}
          {...form.getInputProps('notice_hours')}
          error={form.errors['minimum_notice_minutes']}
        />
        <NumberInput
          label={t('admin:visitType.window')}
          min={0}
          max={LONGEST_WINDOW_DAYS}
          {...form.getInputProps('booking_window_days')}
        />
        <NumberInput
          label={t('admin:visitType.cap')}
          placeholder={t('admin:visitType.noCap')}
          min={1}
          max={1000}
          {...form.getInputProps('daily_cap')}
        />
        <NumberInput
          label={t('admin:visitType.priceIn', { currency })}
          placeholder={t('admin:visitType.noPrice')}
          min={0}
          decimalScale={decimalsOf(currency)}
          {...form.getInputProps('price')}
        />
      </SimpleGrid>
      <Checkbox.Group
        size="md"
        label={t('admin:visitType.modes')}
        {...form.getInputProps('modes')}
        onChange={(modes) => form.setFieldValue('modes', modes as Mode[])}
      >
        <Group mt="xs">
          {MODES.map((mode) => (
            <Checkbox key={mode} size="md" value={mode} label={t(`ui:mode.${mode}`)} />
          ))}
        </Group>
      </Checkbox.Group>
      <Checkbox.Group
        size="md"
        label={t('admin:visitType.bookers')}
        {...form.getInputProps('bookable_by')}
        onChange={(roles) => form.setFieldValue('bookable_by', roles as Role[])}
      >
        <Group mt="xs">
          {BOOKERS.map((role) => (
            <Checkbox key={role} size="md" value={role} label={t(`admin:booker.${role}`)} />
          ))}
        </Group>
      </Checkbox.Group>
      <Fieldset legend={t('admin:visitType.needs')} variant="unstyled">
        <Stack mt="xs">
          <Switch size="md" label={t('admin:visitType.room')} {...form.getInputProps('needs_room', { type: 'checkbox' })} />
          <Switch size="md" label={t('admin:visitType.device')} {...form.getInputProps('needs_device', { type: 'checkbox' })} />
          <Switch
            size="md"
            label={t('admin:visitType.approval')}
            description={t('admin:visitType.approvalHint')}
            {...form.getInputProps('approval_needed', { type: 'checkbox' })}
          />
        </Stack>
      </Fieldset>
      <MultiSelect
        label={t('admin:visitType.providers')}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': t('admin:visitType.nobody') }}
        data={providers.map(({ id, name }) => ({ value: id, label: name }))}
        {...form.getInputProps('provider_ids')}
      />
    </EditForm>
  );
}
