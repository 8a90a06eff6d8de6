import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useLive } from '@/api/live';
import { awayKey, awayQuery } from '@/api/waitlist';
import { ClinicSwitch } from '@/ui/clinic/ClinicSwitch';
import { NoClinic } from '@/ui/clinic/NoClinic';
import { useClinic } from '@/ui/clinic/useClinic';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { Section } from '@/ui/Section';
import { AwayCard } from './AwayCard';
import { TakeOff } from './TakeOff';

const route = getRouteApi('/desk/away');
const ROLES = ['staff', 'admin', 'provider'] as const;

/** Who is away: one act takes a provider off and asks the patients; below, who has answered and who has not. */
export function AwayScreen() {
  const clinicId = useClinic(route.useSearch().clinic, ...ROLES);
  return clinicId ? <OfClinic key={clinicId} clinicId={clinicId} /> : <NoClinic />;
}

function OfClinic({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('waitlist');
  const navigate = route.useNavigate();
  useLive(`clinic:${clinicId}`, awayKey(clinicId));
  const query = useQuery(awayQuery(clinicId));
  const goTo = (clinic: string) => void navigate({ search: { clinic } });
  return (
    <Screen
      title={t('desk.away.title')}
      intro={t('desk.away.intro')}
      actions={<ClinicSwitch clinicId={clinicId} roles={ROLES} onClinic={goTo} />}
    >
      <Stack gap="xl">
        <Section title={t('desk.away.new')}>
          <TakeOff clinicId={clinicId} />
        </Section>
        <QueryView query={query} empty={{ when: (items) => items.length === 0, show: <Text>{t('desk.away.nobody')}</Text> }}>
          {(items) => (
            <Stack>
              {items.map((away) => (
                <AwayCard key={away.id} away={away} clinicId={clinicId} />
              ))}
            </Stack>
          )}
        </QueryView>
      </Stack>
    </Screen>
  );
}
