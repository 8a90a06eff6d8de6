import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { visitTypesQuery } from '@/api/providers';
import { isoWeekday, type PlainDate } from '@/lib/dates';
import { dateOf, formatDate, minuteOfDay } from '@/lib/time';
import { shownHours } from '@/lib/timeGrid';
import { useNow } from '@/lib/useNow';
import { spanOn, takesTime } from '@/ui/timegrid/placing';
import { type GridColumn, type GridItem, TimeGrid } from '@/ui/timegrid/TimeGrid';
import { awayOn, workingSeen } from '@/ui/timegrid/workingHours';
import { useLocale } from '@/ui/useLocale';
import { VisitBlock } from '@/ui/visit/VisitBlock';
import type { Shown } from './shown';
import classes from './Agenda.module.css';

const USUAL = { start: 8 * 60, end: 18 * 60 };
const MINUTE_MS = 60_000;

/** The day or the week as a picture: visits with their buffers, working hours, breaks, absences, and the line of now. */
export function AgendaGrid({ days, visits, schedule, providerId, onOpen }: Shown) {
  const { t } = useTranslation('agenda');
  const { locale, zone } = useLocale();
  const now = new Date(useNow(MINUTE_MS)).toISOString();
  const types = useQuery(visitTypesQuery(providerId)).data?.items ?? [];
  const taking = visits.filter(takesTime);

  const itemsOn = (date: PlainDate): GridItem[] =>
    taking.flatMap((visit) => {
      const span = spanOn(date, zone, visit);
      const type = types.find(({ id }) => id === visit.visit_type.id);
      const buffers = { before: type?.buffer_before_minutes ?? 0, after: type?.buffer_after_minutes ?? 0 };
      return span ? [{ key: visit.id, ...span, ...buffers, show: <VisitBlock visit={visit} onOpen={onOpen} /> }] : [];
    });

  const all = days.map((date): GridColumn => {
    const items = itemsOn(date);
    const working = schedule ? workingSeen(schedule, date, zone) : null;
    const away = schedule ? awayOn(schedule.absences, date, zone) : [];
    const breaks = working?.breaks.map((span) => ({ ...span, key: `break-${span.start}`, text: t('break'), kind: 'break' as const }));
    return {
      key: date,
      name: columnName(t, formatDate(date, locale, { weekday: 'long', day: 'numeric', month: 'long' }), items.length),
      head: days.length > 1 ? <DayHead date={date} today={date === dateOf(now, zone)} /> : undefined,
      items,
      open: working?.open ?? null,
      notes: [
        ...(breaks ?? []),
        ...away.map(({ absence, ...span }) => ({
          ...span,
          key: absence.id,
          text: absence.reason ? t('awayBecause', { reason: absence.reason }) : t('away'),
          kind: 'away' as const,
        })),
      ],
      now: date === dateOf(now, zone) ? minuteOfDay(now, zone) : undefined,
    };
  });
  const columns = days.length > 1 ? withoutQuietWeekend(all) : all;
  const hours = shownHours(columns.flatMap(({ items, open }) => [...items, ...(open ?? [])]), USUAL);
  return <TimeGrid name={t('picture')} columns={columns} hours={hours} narrowest={columns.length > 1 ? 8 : 16} />;
}

function columnName(t: TFunction<'agenda'>, day: string, count: number): string {
  return t('column', { day, visits: t('count', { count }) });
}

/** A Saturday or Sunday without hours, visits or absences would only make the other days narrower. */
function withoutQuietWeekend(columns: GridColumn[]): GridColumn[] {
  return columns.filter(
    ({ key, items, open }) => isoWeekday(key) < 6 || items.length > 0 || (open?.length ?? 0) > 0,
  );
}

function DayHead({ date, today }: { date: PlainDate; today: boolean }) {
  const { locale } = useLocale();
  return (
    <div className={classes.dayHead} data-today={today || undefined}>
      <span>{formatDate(date, locale, { weekday: 'short' })}</span>
      <strong>{formatDate(date, locale, { day: 'numeric', month: 'short' })}</strong>
    </div>
  );
}
