import { Button, Group, Select, Stack } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconCalendarOff, IconCalendarPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { dayVisitsQuery } from '@/api/agenda';
import { clinicProvidersQuery } from '@/api/catalogue';
import { locationsQuery } from '@/api/clinics';
import { useLive } from '@/api/live';
import { dateOf, formatDate } from '@/lib/time';
import { boundsOf } from '@/lib/wallTime';
import { ButtonLink } from '@/ui/ButtonLink';
import { ClinicSwitch } from '@/ui/clinic/ClinicSwitch';
import { NoShowNote } from '@/ui/visit/NoShowNote';
import { NoClinic } from '@/ui/clinic/NoClinic';
import { useClinic } from '@/ui/clinic/useClinic';
import { DaySwitcher } from '@/ui/DaySwitcher';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { EmptyState, Loading } from '@/ui/States';
import { useLocale } from '@/ui/useLocale';
import { RunningLate } from '@/ui/visit/RunningLate';
import { VisitDrawer } from '@/ui/visit/VisitDrawer';
import { WaitingNote } from '@/ui/visit/WaitingNote';
import { WhoWaits } from '@/ui/visit/WhoWaits';
import { ZoneNote } from '@/ui/ZoneNote';
import { wanted } from './day';
import { DeskGrid } from './DeskGrid';
import { DeskList } from './DeskList';
import type { DeskSearch } from './search';
import { StatusFilter } from './StatusFilter';
import { ViewControls } from './ViewControls';
import classes from './Desk.module.css';

const route = getRouteApi('/desk/');
const ANYWHERE = '';

/** The clinic's day over all providers and rooms. Follows changes while it is open. */
export function DeskScreen() {
  const clinicId = useClinic(route.useSearch().clinic, 'staff', 'admin');
  if (!clinicId) return <NoClinic />;
  return (
    <WhoWaits whose={{ clinic_id: clinicId }}>
      <Desk clinicId={clinicId} />
    </WhoWaits>
  );
}

function Desk({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('frontdesk');
  const { locale, zone } = useLocale();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const today = dateOf(new Date(), zone);
  const date = search.date ?? today;
  const { start, end } = boundsOf(date, zone);
  const own = ['visits', 'requests', 'waiting'].map((what) => ['clinic', clinicId, what]);
  useLive(`clinic:${clinicId}`, ...own, ['appointments']);
  const visits = useQuery(dayVisitsQuery({ clinic_id: clinicId }, start, end));
  const providers = useQuery(clinicProvidersQuery(clinicId));
  const locations = useQuery(locationsQuery(clinicId)).data?.filter(({ active }) => active) ?? [];
  const go = (change: { [K in keyof DeskSearch]?: DeskSearch[K] | undefined }) =>
    void navigate({ search: (before) => ({ ...before, ...change }) });
  const placeZone = locations.find(({ id }) => id === search.location)?.time_zone;
  const inPlace = wanted(visits.data ?? [], providers.data ?? [], search.location ? { location: search.location } : {});
  const shown = wanted(inPlace, providers.data ?? [], search.status ? { status: search.status } : {});
  const filtered = search.status !== undefined || search.location !== undefined;
  const view = { clinicId, date, visits: shown, providers: providers.data ?? [], search, onOpen: (visit: string) => go({ visit }) };

  return (
    <Screen
      title={t('title')}
      width="wide"
      actions={
        <Group gap="sm">
          <RunningLate among={(providers.data ?? []).filter(({ active }) => active)} />
          <ButtonLink
            to="/desk/book"
            search={search.clinic ? { clinic: search.clinic } : {}}
            leftSection={<IconCalendarPlus size={20} aria-hidden="true" />}
          >
            {t('bookFor')}
          </ButtonLink>
        </Group>
      }
    >
      <Stack gap="md">
        <Group gap="sm" justify="space-between">
          <DaySwitcher date={date} today={today} step={1} onDate={(to) => go({ date: to })} />
          <Group gap="sm" className={classes.filters}>
            <ClinicSwitch clinicId={clinicId} onClinic={(clinic) => go({ clinic, location: undefined })} />
            <Select
              aria-label={t('location')}
              data={[{ value: ANYWHERE, label: t('anywhere') }, ...locations.map(({ id, name }) => ({ value: id, label: name }))]}
              value={search.location ?? ANYWHERE}
              allowDeselect={false}
              onChange={(id) => go({ location: id === ANYWHERE ? undefined : (id ?? undefined) })}
            />
          </Group>
        </Group>
        <WaitingNote quiet />
        <NoShowNote visits={visits.data ?? []} />
        <div className={classes.bar}>
          <h2 className={classes.date}>{formatDate(date, locale, { weekday: 'long', day: 'numeric', month: 'long' })}</h2>
          <ZoneNote at={start} {...(placeZone ? { placeZone } : {})} />
        </div>
        <Group justify="space-between" gap="sm">
          <StatusFilter visits={inPlace} status={search.status} onStatus={(status) => go({ status })} />
          {!phone && <ViewControls search={search} onChange={go} />}
        </Group>
        <QueryView
          query={visits}
          loading={<Loading rows={4} height={110} />}
          empty={{
            when: () => shown.length === 0 && (phone || search.shown !== 'all'),
            show: (
              <EmptyState
                icon={IconCalendarOff}
                title={filtered ? t('noneMatch') : t('none')}
                text={filtered ? undefined : t('noneText')}
                action={
                  filtered && (
                    <Button variant="light" onClick={() => go({ status: undefined, location: undefined })}>
                      {t('clear')}
                    </Button>
                  )
                }
              />
            ),
          }}
        >
          {() => (phone ? <DeskList {...view} /> : <DeskGrid {...view} />)}
        </QueryView>
      </Stack>
      <VisitDrawer id={search.visit} onClose={() => go({ visit: undefined })} />
    </Screen>
  );
}
