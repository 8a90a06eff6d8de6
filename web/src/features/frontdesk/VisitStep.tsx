import { Alert, Input, SegmentedControl, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { clinicProvidersQuery } from '@/api/catalogue';
import type { Mode, VisitType } from '@/api/types';
import { Step } from './Step';

interface VisitStepProps {
  clinicId: string;
  providerId: string | undefined;
  /** What the chosen provider offers; not known yet while loading. */
  types: VisitType[] | undefined;
  visitType: VisitType | undefined;
  mode: Mode | undefined;
  onChoose: (change: { provider?: string; type?: string | undefined; mode?: Mode | undefined }) => void;
}

const CLINIC_SIDE = ['staff', 'admin'];

/** With whom, what kind of visit, and how. */
export function VisitStep({ clinicId, providerId, types, visitType, mode, onChoose }: VisitStepProps) {
  const { t } = useTranslation(['frontdesk', 'ui']);
  const providers = useQuery(clinicProvidersQuery(clinicId)).data ?? [];
  const bookable = types?.filter(({ bookable_by }) => bookable_by.some((role) => CLINIC_SIDE.includes(role))) ?? [];
  return (
    <Step number={2} title={t('frontdesk:step.visit')}>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Select
            label={t('frontdesk:provider')}
            placeholder={t('frontdesk:providerHint')}
            searchable
            nothingFoundMessage={t('frontdesk:nobody')}
            data={providers
              .filter(({ active }) => active)
              .map(({ id, name, specialties }) => ({
                value: id,
                label: specialties[0] ? `${name} · ${specialties[0].name}` : name,
              }))}
            value={providerId ?? null}
            onChange={(id) => id && onChoose({ provider: id, type: undefined, mode: undefined })}
          />
          <Select
            label={t('frontdesk:type')}
            placeholder={t('frontdesk:typeHint')}
            disabled={!types}
            data={bookable.map(({ id, name, duration_minutes }) => ({
              value: id,
              label: `${name} · ${t('ui:minutes', { count: duration_minutes })}`,
            }))}
            value={visitType?.id ?? null}
            onChange={(id) => id && onChoose({ type: id, mode: undefined })}
          />
        </SimpleGrid>
        {types && bookable.length === 0 && <Text c="dimmed">{t('frontdesk:noTypes')}</Text>}
        {visitType && mode && (
          <Input.Wrapper label={t('frontdesk:mode')} labelElement="div">
            <div>
              <SegmentedControl
                aria-label={t('frontdesk:mode')}
                value={mode}
                onChange={(value) => onChoose({ mode: value })}
                data={visitType.modes.map((value) => ({ value, label: t(`ui:mode.${value}`) }))}
              />
            </div>
          </Input.Wrapper>
        )}
        {visitType?.approval_needed && <Alert color="yellow">{t('frontdesk:approvalHint')}</Alert>}
      </Stack>
    </Step>
  );
}
