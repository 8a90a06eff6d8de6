import { createFileRoute } from '@tanstack/react-router';
import { providerQuery, visitTypesQuery } from '@/api/providers';
import { warm } from '@/app/warm';
import { ProviderScreen } from '@/features/directory/ProviderScreen';
import { providerSearch } from '@/features/directory/search';

export const Route = createFileRoute('/providers/$providerId')({
  validateSearch: providerSearch,
  loader: ({ context, params }) => {
    warm(context.queryClient.query(providerQuery(params.providerId)));
    warm(context.queryClient.query(visitTypesQuery(params.providerId)));
  },
  component: ProviderScreen,
});
