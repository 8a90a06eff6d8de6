import { NumberInput, Select, SimpleGrid, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { addLocation, changeLocation, clinicQuery, type Location } from '@/api/clinics';
import { COUNTRIES, countryName } from '@/lib/countries';
import { useLocale } from '@/ui/useLocale';
import { ZoneSelect } from '@/ui/ZoneSelect';
import { EditForm } from './EditDrawer';
import { useSave } from './useSave';

interface LocationFormProps {
  clinicId: string;
  /** The location to change; null for a new one. */
  location: Location | null;
  onClose: () => void;
}

/** All about one location. */
export function LocationForm({ clinicId, location, onClose }: LocationFormProps) {
  const { t } = useTranslation('admin');
  const { language, zone } = useLocale();
  const clinicZone = useQuery(clinicQuery(clinicId)).data?.time_zone;
  const form = useForm({
    initialValues: {
      name: location?.name ?? '',
      address: location?.address ?? '',
      city: location?.city ?? '',
      region: location?.region ?? '',
      postal_code: location?.postal_code ?? '',
      country: location?.country ?? '',
      time_zone: location?.time_zone ?? clinicZone ?? zone,
      phone: location?.phone ?? '',
      latitude: numberField(location?.coordinates?.latitude),
      longitude: numberField(location?.coordinates?.longitude),
      wheelchair_accessible: location?.wheelchair_accessible ?? true,
    },
    validate: {
      name: (value) => (value.trim() ? null : t('needed')),
      longitude: (value, { latitude }) => ((value === '') === (latitude === '') ? null : t('location.bothCoordinates')),
    },
  });
  const save = useSave({
    form,
    save: ({ latitude, longitude, ...values }) => {
      const coordinates = latitude === '' || longitude === '' ? null : { latitude: Number(latitude), longitude: Number(longitude) };
      const body = { ...values, coordinates };
      return location ? changeLocation(location, body) : addLocation({ ...body, clinic_id: clinicId });
    },
    keys: [['clinic', clinicId, 'locations'], ['facets']],
    onSaved: onClose,
  });
  return (
    <EditForm busy={save.isPending} error={save.error} onClose={onClose} onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <TextInput label={t('name')} data-autofocus {...form.getInputProps('name')} />
      <TextInput label={t('location.address')} {...form.getInputProps('address')} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label={t('location.postalCode')} {...form.getInputProps('postal_code')} />
        <TextInput label={t('location.city')} {...form.getInputProps('city')} />
        <TextInput label={t('location.region')} {...form.getInputProps('region')} />
        <Select
          label={t('location.country')}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t('location.noCountry') }}
          data={COUNTRIES.map((code) => ({ value: code, label: countryName(code, language) }))}
          value={form.values.country || null}
          error={form.errors['country']}
          onChange={(code: string | null) => form.setFieldValue('country', code ?? '')}
        />
      </SimpleGrid>
      <ZoneSelect label={t('zone')} {...form.getInputProps('time_zone')} value={form.values.time_zone} />
      <TextInput label={t('location.phone')} type="tel" {...form.getInputProps('phone')} />
      <SimpleGrid cols={2}>
        <NumberInput label={t('location.latitude')} decimalScale={6} min={-90} max={90} {...form.getInputProps('latitude')} />
        <NumberInput label={t('location.longitude')} decimalScale={6} min={-180} max={180} {...form.getInputProps('longitude')} />
      </SimpleGrid>
      <Switch size="md" label={t('wheelchair')} {...form.getInputProps('wheelchair_accessible', { type: 'checkbox' })} />
    </EditForm>
  );
}

/** A number as its field shows it: empty for none. */
function numberField(value: number | undefined): number | string {
  return value ?? '';
}
