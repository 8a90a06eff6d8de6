import type { CSSProperties, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '@/lib/time';
import { inLanes, type Span } from '@/lib/timeGrid';
import { useLocale } from '@/ui/useLocale';
import classes from './TimeGrid.module.css';

/** A visit as the grid places it; `before` and `after` are the buffers kept free around it, in minutes. */
export interface GridItem extends Span {
  key: string;
  before: number;
  after: number;
  show: ReactNode;
}

/** A time with a note, such as an absence or a break. */
export interface GridNote extends Span {
  key: string;
  text: string;
  kind: 'away' | 'break';
}

export interface GridColumn {
  key: string;
  /** What a screen reader says the column is: "Dr. Okafor, 5 visits". */
  name: string;
  head?: ReactNode;
  items: GridItem[];
  /** Working hours; null when they are not known, and nothing is shaded. */
  open: Span[] | null;
  notes: GridNote[];
  /** The present minute, in the column where it is now. */
  now?: number | undefined;
}

interface TimeGridProps {
  name: string;
  columns: GridColumn[];
  hours: Span;
  /** A column is not made narrower than this, in rem; the grid scrolls sideways instead. */
  narrowest?: number;
}

/** Hours from top to bottom, columns side by side: the picture of a day, or of a week. */
export function TimeGrid({ name, columns, hours, narrowest = 10 }: TimeGridProps) {
  const style = { '--minutes': hours.end - hours.start, '--columns': columns.length, '--narrowest': `${narrowest}rem` };
  const headed = columns.some(({ head }) => head !== undefined);
  return (
    // Scrolls sideways, so it must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex
    <div className={classes.scroll} role="region" aria-label={name} tabIndex={0}>
      <div className={classes.grid} style={style as CSSProperties}>
        {headed && <div className={classes.corner} />}
        {headed && columns.map((column) => (
          <div key={column.key} className={classes.head} data-now={column.now !== undefined || undefined}>
            {column.head}
          </div>
        ))}
        <Axis hours={hours} />
        {columns.map((column) => (
          <Column key={column.key} column={column} hours={hours} />
        ))}
      </div>
    </div>
  );
}

function Axis({ hours }: { hours: Span }) {
  const { locale } = useLocale();
  const marks = Array.from({ length: (hours.end - hours.start) / 60 }, (_, index) => hours.start + index * 60);
  return (
    <div className={classes.axis} aria-hidden="true">
      {marks.map((minute) => (
        <span key={minute} className={classes.hour} style={at(hours, minute)}>
          {formatTime(new Date(minute * 60_000).toISOString(), 'UTC', locale)}
        </span>
      ))}
    </div>
  );
}

function Column({ column, hours }: { column: GridColumn; hours: Span }) {
  const { t } = useTranslation('visit');
  const { now } = column;
  const showNow = now !== undefined && now >= hours.start && now <= hours.end;
  return (
    <section className={classes.column} aria-label={column.name} data-shaded={column.open !== null || undefined}>
      {column.open?.map((span) => <div key={span.start} className={classes.open} style={box(hours, span)} />)}
      {column.notes.map((note) => (
        <div key={note.key} className={classes.note} data-kind={note.kind} style={box(hours, note)}>
          {note.text}
        </div>
      ))}
      {column.items.flatMap(buffers).map(({ key, ...span }) => (
        <div key={key} className={classes.buffer} style={box(hours, span)} aria-hidden="true" />
      ))}
      <ol className={classes.items}>
        {inLanes(column.items).map(({ item, lane, lanes }) => (
          <li
            key={item.key}
            className={classes.item}
            style={{ ...box(hours, item), insetInlineStart: `${(lane / lanes) * 100}%`, width: `${100 / lanes}%` }}
          >
            {item.show}
          </li>
        ))}
      </ol>
      {showNow && <div className={classes.now} style={at(hours, now)} role="img" aria-label={t('now')} />}
    </section>
  );
}

function buffers(item: GridItem): (Span & { key: string })[] {
  return [
    { key: `${item.key}-before`, start: item.start - item.before, end: item.start },
    { key: `${item.key}-after`, start: item.end, end: item.end + item.after },
  ].filter((span) => span.start < span.end);
}

function at(hours: Span, minute: number): CSSProperties {
  return { '--from': minute - hours.start } as CSSProperties;
}

function box(hours: Span, span: Span): CSSProperties {
  const start = Math.max(span.start, hours.start);
  const end = Math.min(span.end, hours.end);
  return { '--from': start - hours.start, '--length': Math.max(end - start, 0) } as CSSProperties;
}
