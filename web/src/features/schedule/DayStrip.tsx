import type { CSSProperties } from 'react';
import type { Span } from '@/lib/timeGrid';
import { DAY_MINUTES } from '@/lib/wallTime';
import { spanOf } from '@/ui/timegrid/workingHours';
import classes from './Schedule.module.css';

interface Times {
  start: string;
  end: string;
}

/** A day from midnight to midnight at a glance; decoration, since the fields below say the same. */
export function DayStrip({ hours, breaks }: { hours: Times[]; breaks: Times[] }) {
  const piece = (kind: string) => (times: Times, index: number) => (
    <span key={`${kind}${index}`} className={classes.piece} data-kind={kind} style={share(spanOf(times))} />
  );
  return (
    <div className={classes.strip} aria-hidden="true">
      {hours.map(piece('open'))}
      {breaks.map(piece('break'))}
    </div>
  );
}

function share({ start, end }: Span): CSSProperties {
  if (Number.isNaN(start) || Number.isNaN(end)) return { display: 'none' };
  const until = Math.min(end, DAY_MINUTES);
  return { insetInlineStart: `${(start / DAY_MINUTES) * 100}%`, width: `${((until - start) / DAY_MINUTES) * 100}%` };
}
