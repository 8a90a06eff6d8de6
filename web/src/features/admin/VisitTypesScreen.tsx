import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeVisitType, type ClinicVisitType, clinicVisitTypesQuery } from '@/api/catalogue';
import { formatMoney } from '@/lib/money';
import { QueryView } from '@/ui/QueryView';
import { EmptyState } from '@/ui/States';
import { useLocale } from '@/ui/useLocale';
import { AdminScreen } from './AdminScreen';
import { EditDrawer } from './EditDrawer';
import { EditButton, Resources } from './Resources';
import { useActive } from './useActive';
import { VisitTypeForm } from './VisitTypeForm';

/** What can be booked at the clinic. */
export function VisitTypesScreen() {
  const { t } = useTranslation('admin');
  const [editing, setEditing] = useState<ClinicVisitType | 'new' | null>(null);
  const close = () => setEditing(null);
  const add = (
    <Button leftSection={<IconPlus size={18} aria-hidden="true" />} onClick={() => setEditing('new')}>
      {t('visitType.add')}
    </Button>
  );
  return (
    <AdminScreen section="visit-types" actions={() => add}>
      {(clinicId) => (
        <>
          <List clinicId={clinicId} onEdit={setEditing} />
          <EditDrawer
            title={editing === 'new' ? t('visitType.add') : (editing?.name ?? '')}
            opened={editing !== null}
            onClose={close}
          >
            <VisitTypeForm clinicId={clinicId} visitType={editing === 'new' ? null : editing} onClose={close} />
          </EditDrawer>
        </>
      )}
    </AdminScreen>
  );
}

function List({ clinicId, onEdit }: { clinicId: string; onEdit: (type: ClinicVisitType) => void }) {
  const { t } = useTranslation(['admin', 'ui']);
  const { locale } = useLocale();
  const query = useQuery(clinicVisitTypesQuery(clinicId));
  const setActive = useActive<ClinicVisitType>(['clinic', clinicId], (one, active) => changeVisitType(one, { active }));
  const none = <EmptyState title={t('admin:visitType.none')} text={t('admin:visitType.noneText')} />;
  return (
    <QueryView query={query} empty={{ when: (all) => all.length === 0, show: none }}>
      {(types) => (
        <Resources
          name={t('admin:section.visit-types')}
          things={types}
          nameOf={({ name }) => name}
          columns={[
            { key: 'name', head: t('admin:name'), cell: ({ name }) => name },
            {
              key: 'length',
              head: t('admin:visitType.length'),
              cell: ({ duration_minutes }) => t('ui:minutes', { count: duration_minutes }),
            },
            {
              key: 'modes',
              head: t('admin:visitType.modes'),
              cell: ({ modes }) => modes.map((mode) => t(`ui:mode.${mode}`)).join(', '),
            },
            {
              key: 'price',
              head: t('admin:visitType.price'),
              cell: ({ price }) => (price ? formatMoney(price, locale) : t('admin:visitType.noPrice')),
            },
            {
              key: 'providers',
              head: t('admin:section.providers'),
              cell: ({ provider_ids }) => String(provider_ids.length),
            },
          ]}
          edit={(one) => <EditButton name={one.name} onClick={() => onEdit(one)} />}
          onActive={setActive}
        />
      )}
    </QueryView>
  );
}
