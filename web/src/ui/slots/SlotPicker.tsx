import { Skeleton, Title } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '@/api/live';
import { firstFreeQuery, slotsQuery } from '@/api/slots';
import type { Mode, Slot, VisitType } from '@/api/types';
import { addDays, type PlainDate } from '@/lib/dates';
import { dateOf, formatTime } from '@/lib/time';
import { Announcer } from '@/ui/Announcer';
import { QueryView } from '@/ui/QueryView';
import { Loading } from '@/ui/States';
import { useLocale } from '@/ui/useLocale';
import { ZoneNote } from '@/ui/ZoneNote';
import { flatten, shownDays } from './grouping';
import { ListView } from './ListView';
import { NoSlots } from './NoSlots';
import { SlotToolbar, type SlotView } from './SlotToolbar';
import { useGone } from './useGone';
import { WeekView } from './WeekView';

interface SlotPickerProps {
  providerId: string;
  /** The zone of the place or provider; named when its clock differs from the person's. */
  placeZone: string;
  visitType: VisitType;
  mode: Mode;
  /** The first day shown; today when left out. Kept by the caller, so that it can live in the address bar. */
  from?: PlainDate | undefined;
  onFrom: (date: PlainDate) => void;
  picked?: string | undefined;
  onPick: (slot: Slot) => void;
}

const DAYS = 7;

/** Free times of one provider, a week at a time, in the person's own zone; follows changes while it is open. */
export function SlotPicker({
  providerId,
  placeZone,
  visitType,
  mode,
  onFrom,
  picked,
  onPick,
  ...props
}: SlotPickerProps) {
  const { t } = useTranslation('ui');
  const { locale, zone } = useLocale();
  const headingId = useId();
  const client = useQueryClient();
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const [chosenView, setView] = useState<SlotView>('week');
  const view = phone ? 'list' : chosenView;

  const today = dateOf(new Date(), zone);
  const last = addDays(today, visitType.booking_window_days);
  const from = props.from && props.from > today ? props.from : today;
  const to = addDays(from, DAYS - 1);
  const question = { providerId, visitTypeId: visitType.id, mode, from, timeZone: zone };

  useLive(`slots:${providerId}`, ['slots', providerId]);
  const query = useQuery(slotsQuery({ ...question, to }));
  const free = useMemo(() => (query.data ? flatten(query.data) : undefined), [query.data]);
  const gone = useGone(JSON.stringify(question), free);
  const days = shownDays(from, DAYS, zone, free ?? [], gone);

  const search = useMutation({
    mutationFn: () => client.query(firstFreeQuery({ ...question, from: today }, last)),
    onSuccess: (slot) => slot && onFrom(dateOf(slot.start, zone)),
  });
  const newest = gone.at(-1);
  const context = { providerId, visitTypeId: visitType.id, placeZone, picked, onPick };
  const View = view === 'week' ? WeekView : ListView;
  return (
    <section aria-labelledby={headingId}>
      <Title order={2} mb="md" id={headingId}>
        {t('slots.region')}
      </Title>
      <SlotToolbar
        {...{ from, to, first: today, last, view, onFrom }}
        searching={search.isPending}
        onView={setView}
        onFirstFree={() => search.mutate()}
      />
      <div style={{ marginBottom: 12 }}>
        <ZoneNote placeZone={placeZone} at={free?.[0]?.start ?? new Date().toISOString()} />
      </div>
      <Announcer text={newest ? t('slots.vanished', { time: formatTime(newest.start, zone, locale) }) : ''} />
      <QueryView
        query={query}
        loading={<SlotSkeleton view={view} />}
        empty={{
          when: (answer) => flatten(answer).length === 0 && gone.length === 0,
          show: (
            <NoSlots
              {...{ visitType, from, to, today }}
              searching={search.isPending}
              nothingAtAll={search.data === null}
              onFirstFree={() => search.mutate()}
            />
          ),
        }}
      >
        {() => <View days={days} context={context} />}
      </QueryView>
    </section>
  );
}

function SlotSkeleton({ view }: { view: SlotView }) {
  return (
    <Loading rows={3} height={140}>
      {view === 'week' ? <Skeleton height={420} radius="lg" /> : undefined}
    </Loading>
  );
}
