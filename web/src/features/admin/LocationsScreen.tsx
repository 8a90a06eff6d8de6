import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeLocation, type Location, locationsQuery } from '@/api/clinics';
import { QueryView } from '@/ui/QueryView';
import { EmptyState } from '@/ui/States';
import { useZoneName } from '@/ui/useZoneName';
import { AdminScreen } from './AdminScreen';
import { EditDrawer } from './EditDrawer';
import { LocationForm } from './LocationForm';
import { EditButton, Resources } from './Resources';
import { useActive } from './useActive';

type Editing = Location | 'new' | null;

/** Where the clinic sees patients. */
export function LocationsScreen() {
  const { t } = useTranslation('admin');
  const [editing, setEditing] = useState<Editing>(null);
  const add = (
    <Button leftSection={<IconPlus size={18} aria-hidden="true" />} onClick={() => setEditing('new')}>
      {t('location.add')}
    </Button>
  );
  return (
    <AdminScreen section="locations" actions={() => add}>
      {(clinicId) => (
        <>
          <List clinicId={clinicId} onEdit={setEditing} />
          <EditDrawer
            title={editing === 'new' ? t('location.add') : (editing?.name ?? '')}
            opened={editing !== null}
            onClose={() => setEditing(null)}
          >
            <LocationForm
              clinicId={clinicId}
              location={editing === 'new' ? null : editing}
              onClose={() => setEditing(null)}
            />
          </EditDrawer>
        </>
      )}
    </AdminScreen>
  );
}

function List({ clinicId, onEdit }: { clinicId: string; onEdit: (location: Location) => void }) {
  const { t } = useTranslation('admin');
  const zoneName = useZoneName();
  const query = useQuery(locationsQuery(clinicId));
  const setActive = useActive<Location>(['clinic', clinicId], (one, active) => changeLocation(one, { active }));
  return (
    <QueryView query={query} empty={{ when: (all) => all.length === 0, show: <EmptyState title={t('location.none')} /> }}>
      {(locations) => (
        <Resources
          name={t('section.locations')}
          things={locations}
          nameOf={({ name }) => name}
          columns={[
            { key: 'name', head: t('name'), cell: ({ name }) => name },
            { key: 'address', head: t('location.address'), cell: (one) => addressOf(one) },
            { key: 'zone', head: t('zone'), cell: ({ time_zone }) => zoneName(time_zone) },
            { key: 'phone', head: t('location.phone'), cell: ({ phone }) => phone },
          ]}
          edit={(one) => <EditButton name={one.name} onClick={() => onEdit(one)} />}
          onActive={setActive}
        />
      )}
    </QueryView>
  );
}

function addressOf({ address, postal_code, city, region }: Location): string {
  return [address, [postal_code, city].filter(Boolean).join(' '), region].filter(Boolean).join(', ');
}
