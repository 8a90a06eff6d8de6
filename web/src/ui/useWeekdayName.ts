import { addDays } from '@/lib/dates';
import { formatDate } from '@/lib/time';
import { useLocale } from '@/ui/useLocale';

/** A Monday. */
const MONDAY = '2024-01-01';

/** Names weekdays (ISO: 1 is Monday) in the person's language, with a capital since they stand as headings. */
export function useWeekdayName(): (weekday: number, style?: 'long' | 'short') => string {
  const { locale } = useLocale();
  return (weekday, style = 'long') => {
    const name = formatDate(addDays(MONDAY, weekday - 1), locale, { weekday: style });
    return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1);
  };
}
