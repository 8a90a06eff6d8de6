import { createFileRoute } from '@tanstack/react-router';
import { facetsQuery } from '@/api/providers';
import { warm } from '@/app/warm';
import { FindScreen } from '@/features/directory/FindScreen';
import { findSearch } from '@/features/directory/search';

export const Route = createFileRoute('/')({
  validateSearch: findSearch,
  loader: ({ context }) => warm(context.queryClient.query(facetsQuery())),
  component: FindScreen,
});
