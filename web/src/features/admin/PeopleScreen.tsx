import { Button, Group, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconUserPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ClinicRole, invite, peopleQuery, type PersonAtClinic } from '@/api/people';
import { useIsAdmin } from '@/ui/clinic/useClinic';
import { Portrait } from '@/ui/Portrait';
import { QueryView } from '@/ui/QueryView';
import { AdminScreen } from './AdminScreen';
import { EditDrawer, EditForm } from './EditDrawer';
import { FactorResets } from './FactorResets';
import { PersonAccount } from './PersonAccount';
import { Roles, RoleFields, RolesForm, USUAL_SCOPES } from './PersonRoles';
import { EditButton, Resources } from './Resources';
import { useSave } from './useSave';

/** Who works at the clinic, and as what. */
export function PeopleScreen() {
  const { t } = useTranslation('admin');
  const [editing, setEditing] = useState<PersonAtClinic | 'new' | null>(null);
  const close = () => setEditing(null);
  return (
    <AdminScreen section="people" actions={(clinicId) => <InviteButton clinicId={clinicId} onClick={() => setEditing('new')} />}>
      {(clinicId) => (
        <>
          <List clinicId={clinicId} onEdit={setEditing} />
          <FactorResets clinicId={clinicId} />
          <EditDrawer
            title={editing === 'new' ? t('person.invite') : (editing?.full_name ?? '')}
            opened={editing !== null}
            onClose={close}
          >
            {editing === 'new' && <InviteForm clinicId={clinicId} onClose={close} />}
            {editing && editing !== 'new' && (
              <>
                <RolesForm clinicId={clinicId} person={editing} onClose={close} />
                <PersonAccount clinicId={clinicId} person={editing} onClose={close} />
              </>
            )}
          </EditDrawer>
        </>
      )}
    </AdminScreen>
  );
}

function InviteButton({ clinicId, onClick }: { clinicId: string; onClick: () => void }) {
  const { t } = useTranslation('admin');
  if (!useIsAdmin(clinicId)) return null;
  return (
    <Button leftSection={<IconUserPlus size={18} aria-hidden="true" />} onClick={onClick}>
      {t('person.invite')}
    </Button>
  );
}

function List({ clinicId, onEdit }: { clinicId: string; onEdit: (person: PersonAtClinic) => void }) {
  const { t } = useTranslation('admin');
  const admin = useIsAdmin(clinicId);
  const query = useQuery(peopleQuery(clinicId));
  return (
    <QueryView query={query}>
      {(people) => (
        <Resources
          name={t('section.people')}
          things={people}
          nameOf={({ full_name }) => full_name}
          columns={[
            { key: 'name', head: t('name'), cell: (person) => <Name person={person} /> },
            { key: 'roles', head: t('person.roles'), cell: ({ roles, scopes }) => <Roles roles={roles} scopes={scopes} /> },
            { key: 'state', head: t('person.state'), cell: ({ verified }) => (verified ? t('person.verified') : t('person.invited')) },
          ]}
          edit={admin ? (person) => <EditButton name={person.full_name} onClick={() => onEdit(person)} /> : undefined}
        />
      )}
    </QueryView>
  );
}

function Name({ person }: { person: PersonAtClinic }) {
  return (
    <Group gap="sm" wrap="nowrap">
      <Portrait name={person.full_name} size={40} />
      <span>
        <Text span fw={650} display="block">
          {person.full_name}
        </Text>
        <Text span size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {person.email}
        </Text>
      </span>
    </Group>
  );
}

function InviteForm({ clinicId, onClose }: { clinicId: string; onClose: () => void }) {
  const { t } = useTranslation('admin');
  const form = useForm({
    initialValues: { full_name: '', email: '', roles: ['staff'] as ClinicRole[], scopes: USUAL_SCOPES },
    validate: {
      full_name: (value) => (value.trim() ? null : t('needed')),
      email: (value) => (/^\S+@\S+\.\S+$/u.test(value.trim()) ? null : t('emailWrong')),
      roles: (value) => (value.length > 0 ? null : t('person.roleNeeded')),
      scopes: (value, { roles }) => (roles.includes('staff') && value.length === 0 ? t('person.scopeNeeded') : null),
    },
  });
  const save = useSave({
    form,
    save: ({ full_name, email, roles, scopes }) =>
      invite({ clinic_id: clinicId, full_name: full_name.trim(), email: email.trim(), roles, scopes }),
    keys: [['clinic', clinicId, 'people']],
    onSaved: onClose,
  });
  return (
    <EditForm
      busy={save.isPending}
      error={save.error}
      onClose={onClose}
      action={t('person.inviteDo')}
      onSubmit={form.onSubmit((values) => save.mutate(values))}
    >
      <Text c="dimmed">{t('person.inviteHint')}</Text>
      <TextInput label={t('person.name')} autoComplete="off" data-autofocus {...form.getInputProps('full_name')} />
      <TextInput label={t('person.email')} type="email" autoComplete="off" {...form.getInputProps('email')} />
      <RoleFields
        held={form.values}
        onChange={({ roles, scopes }) => form.setValues({ roles, scopes })}
        errors={form.errors}
      />
    </EditForm>
  );
}
