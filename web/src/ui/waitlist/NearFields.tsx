import { Select, Stack, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { Location } from '@/api/clinics';
import { DISTANCES, type WishValues } from './wishes';

interface NearFieldsProps {
  form: UseFormReturnType<WishValues>;
  places: Location[];
  /** Whether there is a place from before to keep. */
  kept: boolean;
}

/** How far one would go, and from where. A clinic that has put none of its places on the map cannot be asked that. */
export function NearFields({ form, places, kept }: NearFieldsProps) {
  const { t } = useTranslation('waitlist');
  const placed = places.filter(({ coordinates }) => coordinates);
  if (placed.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('join.nearUnknown')}
      </Text>
    );
  }
  const from = [
    { value: 'anywhere', label: t('join.nearAnywhere') },
    ...(kept ? [{ value: 'kept', label: t('join.nearKept') }] : []),
    { value: 'here', label: t('join.nearHere') },
    ...placed.map(({ id, name, city }) => ({ value: id, label: t('join.nearPlace', { place: city ? `${name}, ${city}` : name }) })),
  ];
  const km = DISTANCES.includes(form.values.km) ? DISTANCES : [form.values.km, ...DISTANCES];
  return (
    <Stack gap="xs">
      <Select
        label={t('join.near')}
        description={t(placed.length < places.length ? 'join.nearSome' : 'join.nearHint')}
        allowDeselect={false}
        data={from}
        {...form.getInputProps('near')}
      />
      {form.values.near !== 'anywhere' && (
        <Select
          label={t('join.nearKm')}
          maw="16rem"
          allowDeselect={false}
          data={km.map((one) => ({ value: one, label: t('join.km', { count: Number(one) }) }))}
          {...form.getInputProps('km')}
        />
      )}
    </Stack>
  );
}
