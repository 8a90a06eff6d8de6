import { Stack, Text, VisuallyHidden } from '@mantine/core';
import { IconUserSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { providersQuery } from '@/api/providers';
import { MoreButton } from '@/ui/MoreButton';
import { QueryView } from '@/ui/QueryView';
import { EmptyState, Loading } from '@/ui/States';
import { ProviderCard } from './ProviderCard';
import type { FindSearch } from './search';

/** The providers that match, with a way to more of them. */
export function Results({ search }: { search: FindSearch }) {
  const { t } = useTranslation('directory');
  const query = useInfiniteQuery(providersQuery(search));
  const shown = query.data?.pages.flatMap((page) => page.items) ?? [];
  const nobody = <EmptyState icon={IconUserSearch} title={t('find.none')} text={t('find.noneText')} />;
  return (
    <section aria-label={t('find.results')}>
      <VisuallyHidden>
        <h2>{t('find.results')}</h2>
      </VisuallyHidden>
      <QueryView
        query={query}
        loading={<Loading rows={4} height={180} />}
        empty={{ when: ({ pages }) => pages.every((page) => page.items.length === 0), show: nobody }}
      >
        {() => (
          <Stack gap="md">
            <Text size="sm" c="dimmed" role="status">
              {t('find.found', { count: shown.length })}
            </Text>
            {shown.map((provider) => (
              <ProviderCard key={provider.id} provider={provider} />
            ))}
            <MoreButton query={query} />
          </Stack>
        )}
      </QueryView>
    </section>
  );
}
