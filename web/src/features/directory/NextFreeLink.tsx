import { VisuallyHidden } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { NextFree, ProviderCard } from '@/api/types';
import { formatShortDay, formatTime, sameClock } from '@/lib/time';
import { ModeIcon } from '@/ui/Facts';
import { useLocale } from '@/ui/useLocale';
import { useZoneName } from '@/ui/useZoneName';
import classes from './Find.module.css';

/** A next free time: straight to booking it. */
export function NextFreeLink({ provider, free }: { provider: ProviderCard; free: NextFree }) {
  const { t } = useTranslation(['directory', 'ui']);
  const { locale, zone } = useLocale();
  const zoneName = useZoneName();
  const near = sameClock(zone, provider.time_zone, free.start);
  const facts = { mode: t(`ui:modeInSentence.${free.mode}`), name: provider.name, zone: zoneName(zone, free.start) };
  return (
    <Link
      to="/book"
      search={{ provider: provider.id, type: free.visit_type_id, mode: free.mode, start: free.start }}
      className={classes.chip}
    >
      <ModeIcon mode={free.mode} />
      <span>{formatShortDay(free.start, zone, locale)}</span> <strong>{formatTime(free.start, zone, locale)}</strong>
      <VisuallyHidden>{near ? t('directory:card.book', facts) : t('directory:card.bookInZone', facts)}</VisuallyHidden>
    </Link>
  );
}
