import { Button, Card, Checkbox, Fieldset, Group, NumberInput, Select, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { changePolicy, type ClinicPolicy, policyQuery } from '@/api/clinics';
import { CLINIC_ROLES } from '@/api/people';
import { useIsAdmin } from '@/ui/clinic/useClinic';
import { QueryView } from '@/ui/QueryView';
import { FormError } from './EditDrawer';
import { useSave } from './useSave';

/** What the clinic demands of those who work there. */
export function Policies({ clinicId }: { clinicId: string }) {
  const query = useQuery(policyQuery(clinicId));
  return (
    <QueryView query={query}>
      {(policy) => <PolicyForm key={`${policy.clinic_id}${policy.version}`} policy={policy} />}
    </QueryView>
  );
}

const LONGEST_GRACE_DAYS = 90;
const PROXIES = ['all', 'not-private', 'nothing'] as const satisfies readonly ClinicPolicy['proxies_see'][];

function PolicyForm({ policy }: { policy: ClinicPolicy }) {
  const { t } = useTranslation(['admin', 'ui']);
  const admin = useIsAdmin(policy.clinic_id);
  const { mfa_required_for, mfa_grace_days, adolescent_from_age, adolescent_until_age, proxies_see } = policy;
  const form = useForm({
    initialValues: { mfa_required_for, mfa_grace_days, adolescent_from_age, adolescent_until_age, proxies_see },
  });
  const save = useSave({
    form,
    save: (values) => changePolicy(policy, values),
    keys: [['clinic', policy.clinic_id, 'policy'], ['security']],
    onSaved: () => undefined,
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
      <Card padding="lg" maw="48rem" mt="md">
        <Fieldset legend={t('admin:policies.title')} variant="unstyled" disabled={!admin}>
          <Stack mt="xs">
            <Text c="dimmed">{t('admin:policies.text')}</Text>
            <Checkbox.Group label={t('admin:policies.for')} {...form.getInputProps('mfa_required_for')}>
              <Group mt="xs">
                {CLINIC_ROLES.map((role) => (
                  <Checkbox key={role} size="md" value={role} label={t(`admin:policies.role.${role}`)} />
                ))}
              </Group>
            </Checkbox.Group>
            <NumberInput
              label={t('admin:policies.grace')}
              description={t('admin:policies.graceHint')}
              min={0}
              max={LONGEST_GRACE_DAYS}
              maw="20rem"
              allowDecimal={false}
              {...form.getInputProps('mfa_grace_days')}
            />
          </Stack>
        </Fieldset>
        <Fieldset legend={t('admin:policies.adolescents')} variant="unstyled" disabled={!admin} mt="xl">
          <Stack mt="xs">
            <Group align="flex-end">
              <NumberInput
                label={t('admin:policies.from')}
                min={0}
                max={18}
                maw="9rem"
                allowDecimal={false}
                {...form.getInputProps('adolescent_from_age')}
              />
              <NumberInput
                label={t('admin:policies.until')}
                min={12}
                max={26}
                maw="9rem"
                allowDecimal={false}
                {...form.getInputProps('adolescent_until_age')}
              />
            </Group>
            <Select
              label={t('admin:policies.proxies')}
              data={PROXIES.map((value) => ({ value, label: t(`admin:policies.see.${value}`) }))}
              allowDeselect={false}
              maw="24rem"
              {...form.getInputProps('proxies_see')}
            />
            <FormError error={save.error} />
            {admin && (
              <Group justify="flex-end">
                <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
                  {t('ui:save')}
                </Button>
              </Group>
            )}
          </Stack>
        </Fieldset>
      </Card>
    </form>
  );
}
