import { Stack, Tabs } from '@mantine/core';
import { IconCalendarHeart } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { appointmentsQuery } from '@/api/appointments';
import { useLive } from '@/api/live';
import { useUser } from '@/api/session';
import { ButtonLink } from '@/ui/ButtonLink';
import { MoreButton } from '@/ui/MoreButton';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { EmptyState, Loading } from '@/ui/States';
import { type VisitsSearch, visitsFilter } from './search';
import { VisitCard } from './VisitCard';
import { VisitFilters } from './VisitFilters';

const route = getRouteApi('/visits/');

/** The patient's own visits: those ahead, and those that are over. */
export function VisitsScreen() {
  const { t } = useTranslation('visits');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (next: VisitsSearch) => void navigate({ search: next, replace: true, resetScroll: false });
  const tab = search.tab ?? 'upcoming';
  return (
    <Screen title={t('title')} actions={<ButtonLink to="/">{t('book')}</ButtonLink>}>
      <Tabs value={tab} onChange={(next) => change({ ...(search.of ? { of: search.of } : {}), ...(next === 'past' ? { tab: 'past' } : {}) })} keepMounted={false}>
        <Tabs.List aria-label={t('tabsLabel')}>
          <Tabs.Tab value="upcoming">{t('tabs.upcoming')}</Tabs.Tab>
          <Tabs.Tab value="past">{t('tabs.past')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value={tab}>
          <VisitFilters search={search} onChange={change} />
          <VisitList search={search} />
        </Tabs.Panel>
      </Tabs>
    </Screen>
  );
}

function VisitList({ search }: { search: VisitsSearch }) {
  const { t } = useTranslation('visits');
  const user = useUser();
  // One moment for as long as the screen is open: a list that slides along with the clock would never be cached.
  const [opened] = useState(() => new Date().toISOString());
  useLive('me', ['appointments']);
  const filter = visitsFilter(search, user?.patient_id ?? '', opened);
  // Signing out shows this screen once more, for a moment, with nobody to ask for.
  const query = useInfiniteQuery({ ...appointmentsQuery(filter), enabled: user !== null });
  const visits = query.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = Boolean(search.q ?? search.mode ?? search.status);
  const which = filtered ? 'filtered' : (search.tab ?? 'upcoming');
  return (
    <QueryView
      query={query}
      loading={<Loading rows={3} height={150} />}
      empty={{
        when: ({ pages }) => pages.every((page) => page.items.length === 0),
        show: <EmptyState icon={IconCalendarHeart} title={t(`none.${which}`)} text={t(`noneText.${which}`)} />,
      }}
    >
      {() => (
        <Stack>
          {visits.map((visit) => (
            <VisitCard key={visit.id} visit={visit} />
          ))}
          <MoreButton query={query} />
        </Stack>
      )}
    </QueryView>
  );
}
