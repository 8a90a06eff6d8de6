import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { clinicVisitTypesQuery } from '@/api/catalogue';
import { locationsQuery, roomsQuery } from '@/api/clinics';
import { dateOf, minuteOfDay } from '@/lib/time';
import { shownHours } from '@/lib/timeGrid';
import { useNow } from '@/lib/useNow';
import { spanOn, takesTime } from '@/ui/timegrid/placing';
import { type GridColumn, type GridItem, TimeGrid } from '@/ui/timegrid/TimeGrid';
import { useLocale } from '@/ui/useLocale';
import { VisitBlock } from '@/ui/visit/VisitBlock';
import { byProvider, byRoom, type DeskColumn } from './day';
import type { DeskView } from './view';
import classes from './Desk.module.css';

const USUAL = { start: 9 * 60, end: 17 * 60 };
const MINUTE_MS = 60_000;

/** The day as a picture, a column a provider or a room. */
export function DeskGrid({ clinicId, date, visits, providers, search, onOpen }: DeskView) {
  const { t } = useTranslation('frontdesk');
  const { zone } = useLocale();
  const rooms = useQuery(roomsQuery(clinicId)).data ?? [];
  const locations = useQuery(locationsQuery(clinicId)).data ?? [];
  const types = useQuery(clinicVisitTypesQuery(clinicId)).data ?? [];
  const now = new Date(useNow(MINUTE_MS)).toISOString();
  const all = search.shown === 'all';
  const rooming = search.by === 'room';
  // Visits that were called off are shown when they are asked for by their status.
  const placed = search.status ? visits : visits.filter(takesTime);
  const columns = rooming
    ? byRoom(placed, rooms, locations, { all, location: search.location, noRoom: t('noRoom') })
    : byProvider(placed, providers, all, search.location);

  const itemsOf = ({ visits: held }: DeskColumn): GridItem[] =>
    held.flatMap((visit) => {
      const span = spanOn(date, zone, visit);
      const type = rooming ? undefined : types.find(({ id }) => id === visit.visit_type.id);
      const buffers = { before: type?.buffer_before_minutes ?? 0, after: type?.buffer_after_minutes ?? 0 };
      const show = <VisitBlock visit={visit} withProvider={rooming} onOpen={onOpen} />;
      return span ? [{ key: visit.id, ...span, ...buffers, show }] : [];
    });
  const shown = columns.map((column): GridColumn => {
    const items = itemsOf(column);
    return {
      key: column.key,
      name: t('column', { name: [column.name, column.detail].filter(Boolean).join(', '), visits: t('count', { count: items.length }) }),
      head: <Head column={column} count={items.length} />,
      items,
      open: null,
      notes: [],
      now: date === dateOf(now, zone) ? minuteOfDay(now, zone) : undefined,
    };
  });
  return <TimeGrid name={t('picture')} columns={shown} hours={shownHours(shown.flatMap(({ items }) => items), USUAL)} />;
}

function Head({ column, count }: { column: DeskColumn; count: number }) {
  return (
    <div className={classes.head}>
      <strong title={column.name}>{column.name}</strong>
      <span className={classes.headCount}>{count}</span>
      <span className={classes.headDetail} title={column.detail}>
        {column.detail}
      </span>
    </div>
  );
}
