import { Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { recordAccessQuery } from '@/api/audit';
import { formatDateTime } from '@/lib/time';
import { useAuditWords } from '@/ui/audit/useAuditWords';
import { MoreButton } from '@/ui/MoreButton';
import { QueryView } from '@/ui/QueryView';
import { useLocale } from '@/ui/useLocale';
import { Section } from '@/ui/Section';
import classes from './Privacy.module.css';

/** Who looked at the person's record, in words: name and role, what, when, and why. */
export function LookedSection() {
  const { t } = useTranslation('privacy');
  const { locale, zone } = useLocale();
  const words = useAuditWords();
  const query = useInfiniteQuery(recordAccessQuery());
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section title={t('looked.title')} text={t('looked.text')}>
      <QueryView
        query={query}
        empty={{
          when: ({ pages }) => pages.every((page) => page.items.length === 0),
          show: <Text>{t('looked.none')}</Text>,
        }}
      >
        {() => (
          <Stack>
            <ol className={classes.history}>
              {items.map((access) => (
                <li key={access.id}>
                  <Text>{words.deed(access)}.</Text>
                  <Text size="sm" c="dimmed">
                    {[formatDateTime(access.at, zone, locale), words.why(access.reason)].filter(Boolean).join(' · ')}
                  </Text>
                </li>
              ))}
            </ol>
            <MoreButton query={query} />
          </Stack>
        )}
      </QueryView>
    </Section>
  );
}
