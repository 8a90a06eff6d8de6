import { Alert, Card, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { providerQuery, visitTypesQuery } from '@/api/providers';
import { useUser } from '@/api/session';
import type { Mode, Provider, VisitType } from '@/api/types';
import { ButtonLink, TextLink } from '@/ui/ButtonLink';
import { QueryView } from '@/ui/QueryView';
import { SlotPicker } from '@/ui/slots/SlotPicker';
import { EmptyState, Loading } from '@/ui/States';
import { useTitle } from '@/ui/useTitle';
import { JoinButton } from '@/ui/waitlist/JoinButton';
import { ModeChoice, VisitTypeChoice } from './VisitChoice';
import { ProviderHead } from './ProviderHead';
import type { ProviderSearch } from './search';
import classes from './Provider.module.css';

const route = getRouteApi('/providers/$providerId');

/** A provider: who they are, and their free times for the visit chosen. */
export function ProviderScreen() {
  const { t } = useTranslation('directory');
  const { providerId } = route.useParams();
  const provider = useQuery(providerQuery(providerId));
  const types = useQuery(visitTypesQuery(providerId));
  useTitle(provider.data?.name);
  return (
    <div className={classes.page}>
      <TextLink to="/" size="sm">
        {t('provider.back')}
      </TextLink>
      <QueryView query={provider} loading={<Loading rows={3} height={160} />}>
        {(found) => (
          <>
            <ProviderHead provider={found} />
            <QueryView
              query={types}
              empty={{
                when: (list) => !list.items.some(forPatients),
                show: <EmptyState title={t('provider.noTypes')} />,
              }}
            >
              {(list) => (
                <Times provider={found} types={list.items.filter(forPatients)} first={list.default_visit_type_id} />
              )}
            </QueryView>
          </>
        )}
      </QueryView>
    </div>
  );
}

/** Some kinds of visit are for the clinic to book. */
function forPatients({ bookable_by }: VisitType): boolean {
  return bookable_by.includes('patient');
}

interface TimesProps {
  provider: Provider;
  types: VisitType[];
  first: string | null | undefined;
}

function Times({ provider, types, first }: TimesProps) {
  const { t } = useTranslation('directory');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const type = types.find(({ id }) => id === (search.type ?? first)) ?? types[0];
  if (!type) return null;
  const mode: Mode | undefined = type.modes.find((one) => one === search.mode) ?? type.modes[0];
  if (!mode) return null;
  const choose = (change: ProviderSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false });
  return (
    <Stack gap="xl">
      <div className={classes.choices}>
        <VisitTypeChoice types={types} value={type.id} onChange={(id) => choose({ type: id })} />
        <ModeChoice modes={type.modes} value={mode} onChange={(next) => choose({ mode: next })} />
      </div>
      {type.approval_needed && <Alert variant="light">{t('provider.approval')}</Alert>}
      <SlotPicker
        providerId={provider.id}
        placeZone={provider.time_zone}
        visitType={type}
        mode={mode}
        from={search.from}
        onFrom={(from) => choose({ from })}
        onPick={(slot) =>
          void navigate({
            to: '/book',
            search: {
              provider: provider.id,
              type: type.id,
              mode: slot.mode,
              start: slot.start,
              ...(slot.location_id ? { location: slot.location_id } : {}),
            },
          })
        }
      />
      <Wait provider={provider} type={type} mode={mode} />
    </Stack>
  );
}

/** For whom no time suits: to wait for one. */
function Wait({ provider, type, mode }: { provider: Provider; type: VisitType; mode: Mode }) {
  const { t } = useTranslation('waitlist');
  const user = useUser();
  const next = useRouterState({ select: (state) => state.location.href });
  const on = { id: provider.id, name: provider.name, clinicId: provider.clinic_id, specialties: provider.specialties };
  return (
    <Card component="section" id="waitlist" aria-label={t('join.prompt')} p={{ base: 'md', sm: 'lg' }}>
      <Title order={2} size="h3">
        {t('join.prompt')}
      </Title>
      <Text c="dimmed" mt={4} mb="md">
        {t('join.promptText')}
      </Text>
      {!user && (
        <ButtonLink to="/sign-in" search={{ next }} variant="light">
          {t('join.signIn')}
        </ButtonLink>
      )}
      {user?.patient_id && <JoinButton provider={on} visitType={type} mode={mode} />}
    </Card>
  );
}
