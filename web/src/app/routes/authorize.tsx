import { createFileRoute, redirect } from '@tanstack/react-router';
import { AuthorizeScreen } from '@/features/apps/AuthorizeScreen';
import { packedSearch } from '@/features/apps/search';
import { openedWith, packed } from '@/lib/packedQuery';

export const Route = createFileRoute('/authorize')({
  validateSearch: packedSearch,
  beforeLoad: ({ search, location }) => {
    if (search.q) return;
    const query = openedWith('/authorize', location.searchStr);
    if (query) throw redirect({ to: '/authorize', search: { q: packed(query) }, replace: true });
  },
  component: AuthorizeScreen,
});
