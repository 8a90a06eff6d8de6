import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { summaryQuery } from '@/api/after';
import type { Appointment } from '@/api/types';
import { formatDateTime } from '@/lib/time';
import { QueryView } from '@/ui/QueryView';
import { Section } from '@/ui/Section';
import { useLocale } from '@/ui/useLocale';
import { Addenda } from './Addenda';
import classes from './After.module.css';

/** What the provider wrote for the patient. */
export function Summary({ visit }: { visit: Appointment }) {
  const { t } = useTranslation('after');
  const { locale, zone } = useLocale();
  const query = useQuery(summaryQuery(visit.id));
  return (
    <Section title={t('summary.heading')}>
      <QueryView
        query={query}
        empty={{
          when: (found) => found.finished_at === null,
          show: <Text c="dimmed">{t('summary.none', { name: visit.provider.name })}</Text>,
        }}
      >
        {(found) => (
          <>
            <Text className={classes.text}>{found.summary || t('nothing')}</Text>
            <Text mt="sm" size="sm" c="dimmed">
              {t('signed', { name: found.by ?? '', when: formatDateTime(found.finished_at ?? '', zone, locale) })}
            </Text>
            <Addenda addenda={found.addenda} />
          </>
        )}
      </QueryView>
    </Section>
  );
}
