import { Button, Group, Select, Stack, Switch, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  addDevice,
  addRoom,
  changeDevice,
  changeRoom,
  type Device,
  devicesQuery,
  locationsQuery,
  type Room,
  roomsQuery,
} from '@/api/clinics';
import { QueryView } from '@/ui/QueryView';
import { EmptyState } from '@/ui/States';
import { AdminScreen } from './AdminScreen';
import { EditDrawer, EditForm } from './EditDrawer';
import { EditButton, Resources } from './Resources';
import { useActive } from './useActive';
import { useSave } from './useSave';

/** Rooms and devices, which visits can need. */
export function RoomsScreen() {
  return (
    <AdminScreen section="rooms">
      {(clinicId) => (
        <Stack gap="xl">
          <Rooms clinicId={clinicId} />
          <Devices clinicId={clinicId} />
        </Stack>
      )}
    </AdminScreen>
  );
}

function Rooms({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('admin');
  const [editing, setEditing] = useState<Room | 'new' | null>(null);
  const query = useQuery(roomsQuery(clinicId));
  const places = usePlaces(clinicId);
  const setActive = useActive<Room>(['clinic', clinicId], (one, active) => changeRoom(one, { active }));
  const close = () => setEditing(null);
  return (
    <Part title={t('room.title')} add={t('room.add')} onAdd={() => setEditing('new')}>
      <QueryView query={query} empty={{ when: (all) => all.length === 0, show: <EmptyState title={t('room.none')} /> }}>
        {(rooms) => (
          <Resources
            name={t('room.title')}
            things={rooms}
            nameOf={({ name }) => name}
            columns={[
              { key: 'name', head: t('name'), cell: ({ name }) => name },
              { key: 'location', head: t('place'), cell: ({ location_id }) => places.nameOf(location_id) },
              { key: 'wheelchair', head: t('wheelchair'), cell: (one) => (one.wheelchair_accessible ? t('yes') : t('no')) },
            ]}
            edit={(one) => <EditButton name={one.name} onClick={() => setEditing(one)} />}
            onActive={setActive}
          />
        )}
      </QueryView>
      <EditDrawer title={editing === 'new' ? t('room.add') : (editing?.name ?? '')} opened={editing !== null} onClose={close}>
        <RoomForm clinicId={clinicId} room={editing === 'new' ? null : editing} onClose={close} />
      </EditDrawer>
    </Part>
  );
}

function RoomForm({ clinicId, room, onClose }: { clinicId: string; room: Room | null; onClose: () => void }) {
  const { t } = useTranslation('admin');
  const places = usePlaces(clinicId);
  const form = useForm({
    initialValues: {
      name: room?.name ?? '',
      location_id: room?.location_id ?? '',
      wheelchair_accessible: room?.wheelchair_accessible ?? true,
    },
    validate: { name: (value) => (value.trim() ? null : t('needed')) },
  });
  const save = useSave({
    form,
    save: ({ location_id, ...values }) => (room ? changeRoom(room, values) : addRoom({ location_id: location_id || places.first, ...values })),
    keys: [['clinic', clinicId, 'rooms']],
    onSaved: onClose,
  });
  return (
    <EditForm busy={save.isPending} error={save.error} onClose={onClose} onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <TextInput label={t('name')} data-autofocus {...form.getInputProps('name')} />
      <Select
        label={t('place')}
        data={places.data}
        disabled={room !== null}
        allowDeselect={false}
        {...form.getInputProps('location_id')}
        value={form.values.location_id || places.first}
      />
      <Switch size="md" label={t('wheelchair')} {...form.getInputProps('wheelchair_accessible', { type: 'checkbox' })} />
    </EditForm>
  );
}

function Devices({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('admin');
  const [editing, setEditing] = useState<Device | 'new' | null>(null);
  const query = useQuery(devicesQuery(clinicId));
  const places = usePlaces(clinicId);
  const setActive = useActive<Device>(['clinic', clinicId], (one, active) => changeDevice(one, { active }));
  const close = () => setEditing(null);
  return (
    <Part title={t('device.title')} add={t('device.add')} onAdd={() => setEditing('new')}>
      <QueryView query={query} empty={{ when: (all) => all.length === 0, show: <EmptyState title={t('device.none')} /> }}>
        {(devices) => (
          <Resources
            name={t('device.title')}
            things={devices}
            nameOf={({ name }) => name}
            columns={[
              { key: 'name', head: t('name'), cell: ({ name }) => name },
              { key: 'location', head: t('place'), cell: ({ location_id }) => places.nameOf(location_id) },
              { key: 'kind', head: t('device.kind'), cell: ({ kind }) => kind },
            ]}
            edit={(one) => <EditButton name={one.name} onClick={() => setEditing(one)} />}
            onActive={setActive}
          />
        )}
      </QueryView>
      <EditDrawer title={editing === 'new' ? t('device.add') : (editing?.name ?? '')} opened={editing !== null} onClose={close}>
        <DeviceForm clinicId={clinicId} device={editing === 'new' ? null : editing} onClose={close} />
      </EditDrawer>
    </Part>
  );
}

function DeviceForm({ clinicId, device, onClose }: { clinicId: string; device: Device | null; onClose: () => void }) {
  const { t } = useTranslation('admin');
  const places = usePlaces(clinicId);
  const form = useForm({
    initialValues: {
      name: device?.name ?? '',
      location_id: device?.location_id ?? '',
      kind: device?.kind ?? '',
    },
    validate: { name: (value) => (value.trim() ? null : t('needed')) },
  });
  const save = useSave({
    form,
    save: ({ location_id, ...values }) => (device ? changeDevice(device, values) : addDevice({ location_id: location_id || places.first, ...values })),
    keys: [['clinic', clinicId, 'devices']],
    onSaved: onClose,
  });
  return (
    <EditForm busy={save.isPending} error={save.error} onClose={onClose} onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <TextInput label={t('name')} data-autofocus {...form.getInputProps('name')} />
      <Select
        label={t('place')}
        data={places.data}
        disabled={device !== null}
        allowDeselect={false}
        {...form.getInputProps('location_id')}
        value={form.values.location_id || places.first}
      />
      <TextInput label={t('device.kind')} description={t('device.kindHint')} {...form.getInputProps('kind')} />
    </EditForm>
  );
}

interface PartProps {
  title: string;
  add: string;
  onAdd: () => void;
  children: ReactNode;
}

function Part({ title, add, onAdd, children }: PartProps) {
  return (
    <section aria-label={title}>
      <Group justify="space-between" mb="sm">
        <Title order={2}>{title}</Title>
        <Button leftSection={<IconPlus size={18} aria-hidden="true" />} onClick={onAdd}>
          {add}
        </Button>
      </Group>
      {children}
    </section>
  );
}

function usePlaces(clinicId: string) {
  const locations = useQuery(locationsQuery(clinicId)).data ?? [];
  const data = locations.filter(({ active }) => active).map(({ id, name }) => ({ value: id, label: name }));
  return {
    data,
    /** Where a new thing is put unless another place is chosen. */
    first: data[0]?.value ?? '',
    nameOf: (id: string) => locations.find((one) => one.id === id)?.name ?? '',
  };
}
