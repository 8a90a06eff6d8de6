import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useLive } from '@/api/live';
import { ClinicSwitch } from '@/ui/clinic/ClinicSwitch';
import { NoClinic } from '@/ui/clinic/NoClinic';
import { useClinic } from '@/ui/clinic/useClinic';
import { Screen } from '@/ui/Screen';
import { Requests } from '@/ui/visit/Requests';
import { VisitDrawer } from '@/ui/visit/VisitDrawer';

const route = getRouteApi('/desk/requests');

/** Requests to the whole clinic that wait for an answer. */
export function RequestsScreen() {
  const clinicId = useClinic(route.useSearch().clinic, 'staff', 'admin');
  return clinicId ? <OfClinic clinicId={clinicId} /> : <NoClinic />;
}

function OfClinic({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('frontdesk');
  const { visit } = route.useSearch();
  const navigate = route.useNavigate();
  useLive(`clinic:${clinicId}`, ['clinic', clinicId, 'requests'], ['appointments']);
  return (
    <Screen
      title={t('requests.title')}
      intro={t('requests.intro')}
      actions={<ClinicSwitch clinicId={clinicId} onClinic={(clinic) => void navigate({ search: { clinic } })} />}
    >
      <Requests
        whose={{ clinic_id: clinicId }}
        withProvider
        onOpen={(id) => void navigate({ search: (before) => ({ ...before, visit: id }) })}
      />
      <VisitDrawer id={visit} onClose={() => void navigate({ search: ({ visit: _, ...rest }) => rest })} />
    </Screen>
  );
}
