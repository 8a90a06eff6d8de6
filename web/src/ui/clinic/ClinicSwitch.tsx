import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { clinicsQuery } from '@/api/clinics';
import type { Role } from '@/api/types';
import { useClinics } from './useClinic';

interface ClinicSwitchProps {
  clinicId: string;
  /** Working as what; staff and admins when left out. */
  roles?: readonly Role[];
  onClinic: (id: string) => void;
}

/** Changes the clinic, for those who work at several. Whoever works at one sees nothing. */
export function ClinicSwitch({ clinicId, roles = ['staff', 'admin'], onClinic }: ClinicSwitchProps) {
  const { t } = useTranslation('visit');
  const own = useClinics(...roles);
  const clinics = useQuery({ ...clinicsQuery(), enabled: own.length > 1 });
  if (own.length < 2) return null;
  const data = (clinics.data ?? []).filter(({ id }) => own.includes(id)).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Select
      aria-label={t('clinic')}
      data={data}
      value={clinicId}
      allowDeselect={false}
      onChange={(id) => id && onClinic(id)}
    />
  );
}
