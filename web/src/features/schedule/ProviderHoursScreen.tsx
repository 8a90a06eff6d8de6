import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { providerQuery } from '@/api/providers';
import { TextLink } from '@/ui/ButtonLink';
import { Screen } from '@/ui/Screen';
import { HoursEditor } from './HoursEditor';

const route = getRouteApi('/admin/providers/$providerId/hours');

/** The working hours of any provider of the clinic, for staff. */
export function ProviderHoursScreen() {
  const { t } = useTranslation('schedule');
  const { providerId } = route.useParams();
  const name = useQuery(providerQuery(providerId)).data?.name;
  const back = (
    <TextLink to="/admin/providers/$providerId" params={{ providerId }}>
      {t('backToProfile')}
    </TextLink>
  );
  return (
    <Screen title={name ? t('titleOf', { name }) : t('title')} width="wide" actions={back}>
      <HoursEditor providerId={providerId} />
    </Screen>
  );
}
