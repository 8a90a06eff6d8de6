import { Group, Stack } from '@mantine/core';
import { IconCalendarClock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { managedProviderQuery } from '@/api/catalogue';
import { useUser } from '@/api/session';
import { ButtonLink, TextLink } from '@/ui/ButtonLink';
import { NoClinic } from '@/ui/clinic/NoClinic';
import { useClinic } from '@/ui/clinic/useClinic';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { EmptyState, Loading } from '@/ui/States';
import { ProviderForm } from './ProviderForm';
import { ProviderPhoto } from './ProviderPhoto';

const one = getRouteApi('/admin/providers/$providerId/');
const fresh = getRouteApi('/admin/providers/new');

/** A provider's profile, for the clinic's staff. */
export function ProviderEditScreen() {
  const { t } = useTranslation('admin');
  const { providerId } = one.useParams();
  const name = useQuery(managedProviderQuery(providerId)).data?.name;
  const actions = (
    <Group>
      <TextLink to="/admin/providers">{t('provider.back')}</TextLink>
      <ButtonLink
        to="/admin/providers/$providerId/hours"
        params={{ providerId }}
        variant="default"
        leftSection={<IconCalendarClock size={20} aria-hidden="true" />}
      >
        {t('provider.hours')}
      </ButtonLink>
    </Group>
  );
  return (
    <Screen title={name ?? t('provider.title')} actions={actions}>
      <Profile providerId={providerId} staff />
    </Screen>
  );
}

/** A provider's own profile. */
export function OwnProfileScreen() {
  const { t } = useTranslation('admin');
  const providerId = useUser()?.provider_id;
  return (
    <Screen title={t('provider.own')} intro={t('provider.ownIntro')}>
      {providerId ? <Profile providerId={providerId} staff={false} /> : <EmptyState title={t('provider.noProfile')} />}
    </Screen>
  );
}

/** A provider who is new to the clinic. */
export function NewProviderScreen() {
  const { t } = useTranslation('admin');
  const clinicId = useClinic(fresh.useSearch().clinic, 'staff', 'admin');
  if (!clinicId) return <NoClinic />;
  return (
    <Screen title={t('provider.add')} actions={<TextLink to="/admin/providers">{t('provider.back')}</TextLink>}>
      <ProviderForm clinicId={clinicId} provider={null} staff />
    </Screen>
  );
}

function Profile({ providerId, staff }: { providerId: string; staff: boolean }) {
  const query = useQuery(managedProviderQuery(providerId));
  return (
    <QueryView query={query} loading={<Loading rows={4} height={140} />}>
      {(provider) => (
        <Stack gap="md">
          <ProviderPhoto provider={provider} />
          <ProviderForm key={provider.version} clinicId={provider.clinic_id} provider={provider} staff={staff} />
        </Stack>
      )}
    </QueryView>
  );
}
