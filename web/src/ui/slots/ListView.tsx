import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatDate } from '@/lib/time';
import { useLocale } from '@/ui/useLocale';
import type { ShownDay } from './grouping';
import { moveAmongSlots } from './arrowKeys';
import { SlotButton, type SlotContext } from './SlotButton';
import classes from './Slots.module.css';

/** One day below the other: what fits a phone, and the easiest to read from top to bottom. */
export function ListView({ days, context }: { days: ShownDay[]; context: SlotContext }) {
  return (
    // eslint-disable-next-line jsx-a11y-x/no-static-element-interactions -- arrow keys between the buttons inside
    <div className={classes.list} onKeyDown={moveAmongSlots}>
      {days.map((day) =>
        day.parts.length === 0 ? (
          <Quiet key={day.date} day={day} />
        ) : (
          <Day key={day.date} day={day} context={context} />
        ),
      )}
    </div>
  );
}

function Day({ day, context }: { day: ShownDay; context: SlotContext }) {
  const { t } = useTranslation('ui');
  const name = useDayName(day);
  return (
    <section className={classes.day} data-day aria-label={name}>
      <div className={classes.dayHead}>
        <h3 style={{ font: 'inherit', margin: 0 }}>{name}</h3>
        <Text span size="sm" c="dimmed">
          {t('slots.count', { count: day.free })}
        </Text>
      </div>
      {day.parts.map(({ part, slots }) => (
        <div key={part}>
          <h4 className={classes.part}>{t(`part.${part}`)}</h4>
          <div className={classes.times}>
            {slots.map((slot) => (
              <SlotButton key={slot.start} slot={slot} context={context} />
            ))}
          </div>
        </div>
      ))}
    </section>
  );
}

function Quiet({ day }: { day: ShownDay }) {
  const { t } = useTranslation('ui');
  return (
    <div className={classes.quiet}>
      <span>{useDayName(day)}</span>
      <span>{t('slots.noneOnDay')}</span>
    </div>
  );
}

function useDayName(day: ShownDay): string {
  const { locale } = useLocale();
  return formatDate(day.date, locale, { weekday: 'long', day: 'numeric', month: 'long' });
}
