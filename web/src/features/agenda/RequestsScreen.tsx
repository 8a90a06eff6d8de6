import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useLive } from '@/api/live';
import { useUser } from '@/api/session';
import { TextLink } from '@/ui/ButtonLink';
import { Screen } from '@/ui/Screen';
import { Requests } from '@/ui/visit/Requests';
import { VisitDrawer } from '@/ui/visit/VisitDrawer';
import { NotAProvider } from './NotAProvider';

const route = getRouteApi('/schedule/requests');

/** Requests to the provider that wait for an answer. */
export function RequestsScreen() {
  const user = useUser();
  return user?.provider_id ? <Own providerId={user.provider_id} /> : <NotAProvider />;
}

function Own({ providerId }: { providerId: string }) {
  const { t } = useTranslation('agenda');
  const { visit } = route.useSearch();
  const navigate = route.useNavigate();
  useLive(`agenda:${providerId}`, ['agenda', providerId], ['appointments']);
  return (
    <Screen title={t('requests.title')} actions={<TextLink to="/schedule">{t('title')}</TextLink>}>
      <Requests whose={{ provider_id: providerId }} onOpen={(id) => void navigate({ search: { visit: id } })} />
      <VisitDrawer id={visit} onClose={() => void navigate({ search: {} })} />
    </Screen>
  );
}
