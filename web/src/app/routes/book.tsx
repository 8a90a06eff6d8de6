import { createFileRoute } from '@tanstack/react-router';
import { providerQuery, visitTypesQuery } from '@/api/providers';
import { warm } from '@/app/warm';
import { BookScreen } from '@/features/booking/BookScreen';
import { bookSearch } from '@/features/booking/search';

export const Route = createFileRoute('/book')({
  validateSearch: bookSearch,
  loaderDeps: ({ search }) => ({ provider: search.provider }),
  loader: ({ context, deps }) => {
    if (!deps.provider) return;
    warm(context.queryClient.query(providerQuery(deps.provider)));
    warm(context.queryClient.query(visitTypesQuery(deps.provider)));
  },
  component: BookScreen,
});
