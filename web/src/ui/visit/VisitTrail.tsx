import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { appointmentHistoryQuery } from '@/api/appointments';
import type { HistoryEntry } from '@/api/types';
import { formatDateTime } from '@/lib/time';
import { QueryView } from '@/ui/QueryView';
import { Loading } from '@/ui/States';
import { useLocale } from '@/ui/useLocale';
import classes from './Visit.module.css';

/** What happened to a visit, who did it and when; with the reason where one was written down. */
export function VisitTrail({ visitId }: { visitId: string }) {
  const { t, i18n } = useTranslation('visit');
  const { locale, zone } = useLocale();
  const query = useQuery(appointmentHistoryQuery(visitId));
  const words = (action: string) => {
    const key = `trail.${action.replace('appointment:', '').replace(':', '_')}`;
    return i18n.exists(key, { ns: 'visit' }) ? t(key as 'trail.changed') : t('trail.changed');
  };
  return (
    <QueryView query={query} loading={<Loading rows={2} height={40} />}>
      {(entries) => (
        <ol className={classes.trail}>
          {entries.map((entry) => (
            <li key={`${entry.at}${entry.action}`}>
              <Text fw={600} size="sm">
                {words(entry.action)}
              </Text>
              <Text size="sm" c="dimmed">
                {t('trail.by', { name: entry.by, when: formatDateTime(entry.at, zone, locale) })}
              </Text>
              {whyOf(entry) && <Text size="sm">{whyOf(entry)}</Text>}
            </li>
          ))}
        </ol>
      )}
    </QueryView>
  );
}

function whyOf(entry: HistoryEntry): string {
  const why = entry.data['why'];
  return typeof why === 'string' ? why : '';
}
