import { createFileRoute, redirect } from '@tanstack/react-router';
import { EndSessionScreen } from '@/features/apps/EndSessionScreen';
import { packedSearch } from '@/features/apps/search';
import { openedWith, packed } from '@/lib/packedQuery';

export const Route = createFileRoute('/end-session')({
  validateSearch: packedSearch,
  beforeLoad: ({ search, location }) => {
    if (search.q) return;
    const query = openedWith('/end-session', location.searchStr);
    if (query) throw redirect({ to: '/end-session', search: { q: packed(query) }, replace: true });
  },
  component: EndSessionScreen,
});
