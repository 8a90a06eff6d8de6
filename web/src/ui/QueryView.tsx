import { onlineManager, type UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconCloudOff } from '@tabler/icons-react';
import { EmptyState, ErrorState, Loading } from '@/ui/States';

interface QueryViewProps<T> {
  query: Pick<UseQueryResult<T>, 'data' | 'error' | 'isPending' | 'fetchStatus' | 'refetch'>;
  /** Shown while the first answer is on its way; grey rows unless given. */
  loading?: ReactNode;
  /** Says that an answer holds nothing, and what is shown then. */
  empty?: { when: (data: T) => boolean; show: ReactNode };
  children: (data: T) => ReactNode;
}

/** One read on a screen with all its states: loading, failed, offline, empty, there. */
export function QueryView<T>({ query, loading, empty, children }: QueryViewProps<T>) {
  const { t } = useTranslation('ui');
  if (query.data !== undefined) {
    return <>{empty?.when(query.data) ? empty.show : children(query.data)}</>;
  }
  if (query.error) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (query.fetchStatus === 'paused' && !onlineManager.isOnline()) {
    return <EmptyState icon={IconCloudOff} title={t('offline.title')} text={t('offline.text')} />;
  }
  return <>{loading ?? <Loading />}</>;
}
