import { useTranslation } from 'react-i18next';
import { useQuery } from '@tanstack/react-query';
import { facetsQuery } from '@/api/providers';
import type { Entry } from '@/api/waitlist';
import { dateOf, formatDate } from '@/lib/time';
import { useLocale } from '@/ui/useLocale';
import { useWeekdayName } from '@/ui/useWeekdayName';

/** An entry of the waitlist in words: what is waited for, and when and how it may be. */
export function useEntryWords(): { what: (entry: Entry) => string; wishes: (entry: Entry) => string } {
  const { t } = useTranslation(['waitlist', 'ui']);
  const { locale } = useLocale();
  const weekdayName = useWeekdayName();
  const facets = useQuery(facetsQuery());

  function what(entry: Entry): string {
    const type = entry.visit_type.name;
    const name = entry.providers.map((provider) => provider.name).join(', ');
    if (entry.appointment_id) return t('mine.earlier', { type, name });
    if (!entry.specialty) return t('join.with', { type, name });
    const specialty = facets.data?.specialties.find(({ code }) => code === entry.specialty)?.name ?? '';
    return t('mine.anyOf', { type, specialty });
  }

  function wishes(entry: Entry): string {
    const everyDay = entry.days.length === 0 || new Set(entry.days).size === 7;
    const days = everyDay ? t('mine.anyDay') : entry.days.map((day) => weekdayName(day)).join(', ');
    const anyTime = entry.times.length === 0 || entry.times.some(({ start, end }) => start === '00:00' && end === '24:00');
    const times = anyTime ? t('mine.anyTime') : entry.times.map(({ start, end }) => `${start}–${end}`).join(', ');
    const modes = entry.modes.map((mode) => t(`ui:mode.${mode}`)).join(', ');
    const near = entry.near && t('mine.near', { count: entry.near.km });
    const until = formatDate(dateOf(new Date(Date.parse(entry.until) - 1), entry.time_zone), locale, { dateStyle: 'long' });
    return [days, times, modes, near, t('mine.untilDay', { date: until })].filter(Boolean).join(' · ');
  }

  return { what, wishes };
}
