import { MultiSelect, Radio, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { colleaguesQuery } from '@/api/catalogue';
import type { Specialty } from '@/api/types';
import { type Circle, MOST_PROVIDERS } from './circle';

interface WithWhomProps {
  provider: { id: string; name: string; clinicId: string; specialties: Specialty[] };
  value: Circle;
  onChange: (next: Circle) => void;
}

/** With whom: this provider alone, some of the clinic's, or anybody there of a specialty. */
export function WithWhom({ provider, value, onChange }: WithWhomProps) {
  const { t } = useTranslation('waitlist');
  const colleagues = useQuery(colleaguesQuery(provider.clinicId)).data ?? [];
  if (colleagues.length < 2) return null;
  return (
    <Radio.Group
      label={t('join.whom')}
      value={value.kind === 'specialty' ? value.code : value.kind}
      onChange={(next) => {
        if (next === 'one') onChange({ kind: 'one' });
        else if (next === 'some') onChange({ kind: 'some', ids: [provider.id] });
        else onChange({ kind: 'specialty', code: next });
      }}
    >
      <Stack gap="xs" mt="xs">
        <Radio size="md" value="one" label={t('join.whomOne', { name: provider.name })} />
        <Radio size="md" value="some" label={t('join.whomSome')} />
        {value.kind === 'some' && (
          <MultiSelect
            aria-label={t('join.whomSome')}
            searchable
            maxValues={MOST_PROVIDERS}
            data={colleagues.map(({ id, name }) => ({ value: id, label: name }))}
            value={value.ids}
            onChange={(ids) => onChange({ kind: 'some', ids })}
            error={value.ids.length === 0 ? t('join.whomNobody') : undefined}
          />
        )}
        {provider.specialties.map(({ code, name }) => (
          <Radio key={code} size="md" value={code} label={t('join.whomSpecialty', { specialty: name })} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
