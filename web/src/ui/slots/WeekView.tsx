import { useTranslation } from 'react-i18next';
import { formatDate } from '@/lib/time';
import { useLocale } from '@/ui/useLocale';
import type { ShownDay } from './grouping';
import { moveAmongSlots } from './arrowKeys';
import { SlotButton, type SlotContext } from './SlotButton';
import classes from './Slots.module.css';

/** Seven days side by side. */
export function WeekView({ days, context }: { days: ShownDay[]; context: SlotContext }) {
  return (
    // eslint-disable-next-line jsx-a11y-x/no-static-element-interactions -- arrow keys between the buttons inside
    <div className={classes.week} onKeyDown={moveAmongSlots}>
      {days.map((day) => (
        <Column key={day.date} day={day} context={context} />
      ))}
    </div>
  );
}

function Column({ day, context }: { day: ShownDay; context: SlotContext }) {
  const { t } = useTranslation('ui');
  const { locale } = useLocale();
  const full = formatDate(day.date, locale, { weekday: 'long', day: 'numeric', month: 'long' });
  return (
    <section className={classes.column} data-day data-empty={day.free === 0 || undefined} aria-label={full}>
      <h3 className={classes.columnHead}>
        <span className={classes.weekday}>{formatDate(day.date, locale, { weekday: 'short' })}</span>
        {formatDate(day.date, locale, { day: 'numeric', month: 'short' })}
      </h3>
      {day.parts.length === 0 && <p className={classes.none}>{t('slots.noneOnDay')}</p>}
      {day.parts.map(({ part, slots }) => [
        <h4 key={part} className={classes.part}>
          {t(`part.${part}`)}
        </h4>,
        ...slots.map((slot) => <SlotButton key={slot.start} slot={slot} context={context} />),
      ])}
    </section>
  );
}
