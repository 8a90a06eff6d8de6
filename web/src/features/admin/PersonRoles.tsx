import { Badge, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CLINIC_ROLES, type HeldRoles, type PersonAtClinic, setRoles, STAFF_SCOPES, type StaffScope } from '@/api/people';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { EditForm } from './EditDrawer';
import { useSave } from './useSave';

/** What somebody on the staff does where nothing else is chosen. */
export const USUAL_SCOPES: StaffScope[] = ['front-desk', 'clinical'];

/** The roles as badges, and beside `staff` what that person does. */
export function Roles({ roles, scopes }: HeldRoles) {
  const { t } = useTranslation('admin');
  return (
    <Group gap={6}>
      {roles.map((role) => (
        <Badge key={role} variant="light" size="lg">
          {t(`role.${role}`)}
        </Badge>
      ))}
      {roles.includes('staff') &&
        STAFF_SCOPES.filter((scope) => scopes.includes(scope)).map((scope) => (
          <Badge key={scope} variant="outline" size="lg">
            {t(`scope.${scope}`)}
          </Badge>
        ))}
    </Group>
  );
}

interface RoleFieldsProps {
  held: HeldRoles;
  onChange: (held: HeldRoles) => void;
  errors: { roles?: string; scopes?: string };
}

/** Choosing roles and, for staff, what they do. */
export function RoleFields({ held, onChange, errors }: RoleFieldsProps) {
  const { t } = useTranslation('admin');
  return (
    <>
      <Checkbox.Group
        size="md"
        label={t('person.roles')}
        value={held.roles}
        onChange={(roles) => onChange({ ...held, roles: roles })}
        error={errors.roles}
      >
        <Stack mt="xs">
          {CLINIC_ROLES.map((role) => (
            <Checkbox key={role} size="md" value={role} label={t(`role.${role}`)} description={t(`roleText.${role}`)} />
          ))}
        </Stack>
      </Checkbox.Group>
      {held.roles.includes('staff') && (
        <Checkbox.Group
          size="md"
          label={t('person.scopes')}
          value={held.scopes}
          onChange={(scopes) => onChange({ ...held, scopes: scopes })}
          error={errors.scopes}
        >
          <Stack mt="xs">
            {STAFF_SCOPES.map((scope) => (
              <Checkbox key={scope} size="md" value={scope} label={t(`scope.${scope}`)} description={t(`scopeText.${scope}`)} />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
    </>
  );
}

interface RolesFormProps {
  clinicId: string;
  person: PersonAtClinic;
  onClose: () => void;
}

/** Changing what somebody may do, after asking once more. */
export function RolesForm({ clinicId, person, onClose }: RolesFormProps) {
  const { t } = useTranslation('admin');
  const [asking, setAsking] = useState(false);
  const staff = person.roles.includes('staff');
  const form = useForm<HeldRoles>({
    initialValues: { roles: person.roles, scopes: staff ? (person.scopes) : USUAL_SCOPES },
    validate: {
      scopes: (scopes, { roles }) => (roles.includes('staff') && scopes.length === 0 ? t('person.scopeNeeded') : null),
    },
  });
  const save = useSave({
    form,
    save: ({ roles, scopes }) => setRoles(person.id, { clinic_id: clinicId, roles, scopes }),
    keys: [['clinic', clinicId, 'people']],
    onSaved: onClose,
  });
  const none = form.values.roles.length === 0;
  return (
    <EditForm busy={save.isPending} error={null} onClose={onClose} onSubmit={form.onSubmit(() => setAsking(true))}>
      <Text c="dimmed">{person.email}</Text>
      <RoleFields
        held={form.values}
        onChange={(held) => form.setValues(held)}
        errors={form.errors}
      />
      {none && <Text>{t('person.noneLeft')}</Text>}
      <ConfirmDialog
        opened={asking}
        title={t('person.confirm', { name: person.full_name })}
        confirm={t('person.confirmDo')}
        danger={none}
        busy={save.isPending}
        error={save.error}
        onConfirm={() => save.mutate(form.values)}
        onClose={() => setAsking(false)}
      >
        {none ? (
          <Text>{t('person.confirmNone', { name: person.full_name })}</Text>
        ) : (
          <Stack gap="xs">
            <Text fw={600}>{t('person.will')}</Text>
            <Roles {...form.values} />
          </Stack>
        )}
        <Text>{t('person.confirmText', { name: person.full_name })}</Text>
      </ConfirmDialog>
    </EditForm>
  );
}
