import { Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { dayVisitsQuery } from '@/api/agenda';
import { useLive } from '@/api/live';
import { scheduleQuery } from '@/api/schedule';
import { useUser } from '@/api/session';
import type { Appointment } from '@/api/types';
import { datesFrom, startOfWeek } from '@/lib/dates';
import { dateOf, formatDate, formatDateRange } from '@/lib/time';
import { boundsOf } from '@/lib/wallTime';
import { ButtonLink } from '@/ui/ButtonLink';
import { DaySwitcher } from '@/ui/DaySwitcher';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { Loading } from '@/ui/States';
import { takesTime } from '@/ui/timegrid/placing';
import { useLocale } from '@/ui/useLocale';
import { RunningLate } from '@/ui/visit/RunningLate';
import { VisitDrawer } from '@/ui/visit/VisitDrawer';
import { NoShowNote } from '@/ui/visit/NoShowNote';
import { WaitingNote } from '@/ui/visit/WaitingNote';
import { WhoWaits } from '@/ui/visit/WhoWaits';
import { ZoneNote } from '@/ui/ZoneNote';
import { AgendaGrid } from './AgendaGrid';
import { AgendaList } from './AgendaList';
import { DaySummary } from './DaySummary';
import { NotAProvider } from './NotAProvider';
import { RequestsNote } from './RequestsNote';
import type { View } from './search';
import classes from './Agenda.module.css';

const route = getRouteApi('/schedule/');

/** A provider's own days: what comes, what is now, and what to do with it. Follows changes while it is open. */
export function AgendaScreen() {
  const user = useUser();
  if (!user?.provider_id) return <NotAProvider />;
  return (
    <WhoWaits whose={{ provider_id: user.provider_id }}>
      <Agenda providerId={user.provider_id} />
    </WhoWaits>
  );
}

function Agenda({ providerId }: { providerId: string }) {
  const { t } = useTranslation(['agenda', 'waitlist']);
  const { zone } = useLocale();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const view = search.view ?? 'day';
  const today = dateOf(new Date(), zone);
  const date = search.date ?? today;
  const days = view === 'day' ? [date] : datesFrom(startOfWeek(date), 7);
  const first = boundsOf(days[0] ?? date, zone);
  const last = boundsOf(days.at(-1) ?? date, zone);
  useLive(`agenda:${providerId}`, ['agenda', providerId], ['appointments'], ['schedule', providerId]);
  const visits = useQuery(dayVisitsQuery({ provider_id: providerId }, first.start, last.end));
  const schedule = useQuery(scheduleQuery(providerId)).data?.value;
  const go = (change: Partial<typeof search>) => void navigate({ search: (before) => ({ ...before, ...change }) });
  const open = (visit: string) => go({ visit });
  const shown = { visits: visits.data ?? [], days, schedule, providerId, onOpen: open };

  return (
    <Screen
      title={t('title')}
      width="wide"
      actions={
        <Group gap="sm" miw={0} maw="100%">
          <SegmentedControl
            aria-label={t('view')}
            value={view}
            onChange={(value) => go({ view: value })}
            data={(['day', 'week'] satisfies View[]).map((value) => ({ value, label: t(`views.${value}`) }))}
          />
          <RunningLate provider={providerId} />
          <ButtonLink to="/desk/away" variant="default">
            {t('waitlist:desk.away.open')}
          </ButtonLink>
          <DaySwitcher date={date} today={today} step={view === 'day' ? 1 : 7} onDate={(to) => go({ date: to })} />
        </Group>
      }
    >
      <Stack gap="md">
        <RequestsNote providerId={providerId} />
        <WaitingNote />
        <NoShowNote visits={visits.data ?? []} />
        <div className={classes.bar}>
          <Heading days={days} visits={visits.data} />
          <ZoneNote at={first.start} {...(schedule ? { placeZone: schedule.time_zone } : {})} />
        </div>
        <QueryView query={visits} loading={<Loading rows={4} height={96} />}>
          {() =>
            phone ? (
              <AgendaList {...shown} />
            ) : (
              <div className={classes.split} data-view={view}>
                <AgendaGrid {...shown} />
                {view === 'day' && <DaySummary {...shown} today={date === today} />}
              </div>
            )
          }
        </QueryView>
      </Stack>
      <VisitDrawer id={search.visit} onClose={() => void navigate({ search: ({ visit: _, ...rest }) => rest })} />
    </Screen>
  );
}

function Heading({ days, visits }: { days: string[]; visits: Appointment[] | undefined }) {
  const { t } = useTranslation('agenda');
  const { locale } = useLocale();
  const [first = '', last = first] = [days[0], days.at(-1)];
  const words =
    days.length === 1
      ? formatDate(first, locale, { weekday: 'long', day: 'numeric', month: 'long' })
      : formatDateRange(first, last, locale);
  return (
    <div>
      <h2 className={classes.date}>{words}</h2>
      <Text c="dimmed" aria-live="polite">
        {visits && t('count', { count: visits.filter(takesTime).length })}
      </Text>
    </div>
  );
}
