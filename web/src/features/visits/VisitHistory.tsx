import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { appointmentHistoryQuery } from '@/api/appointments';
import { formatDateTime } from '@/lib/time';
import { QueryView } from '@/ui/QueryView';
import { Loading } from '@/ui/States';
import { useLocale } from '@/ui/useLocale';
import classes from './Visits.module.css';

/** What happened to the visit, in order. */
export function VisitHistory({ visitId }: { visitId: string }) {
  const { t, i18n } = useTranslation('visits');
  const { locale, zone } = useLocale();
  const query = useQuery(appointmentHistoryQuery(visitId));
  const words = (action: string) => {
    const key = `history.${action.replace('appointment:', '').replace(':', '_')}`;
    return i18n.exists(key, { ns: 'visits' }) ? t(key as 'history.other') : t('history.other');
  };
  return (
    <QueryView query={query} loading={<Loading rows={2} height={40} />}>
      {(entries) => (
        <ol className={classes.history}>
          {entries.map((entry) => (
            <li key={`${entry.at}${entry.action}`}>
              <Text fw={600}>{words(entry.action)}</Text>
              <Text size="sm" c="dimmed">
                {t('detail.by', { name: entry.by, when: formatDateTime(entry.at, zone, locale) })}
              </Text>
            </li>
          ))}
        </ol>
      )}
    </QueryView>
  );
}
