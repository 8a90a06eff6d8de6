import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { RequestsScreen } from '@/features/agenda/RequestsScreen';
import { present, type RawSearch, text } from '@/lib/search';

export const Route = createFileRoute('/schedule/requests')({
  validateSearch: (raw: RawSearch) => present({ visit: text(raw, 'visit') }),
  beforeLoad: (context) => void requireUser(context, 'provider'),
  component: RequestsScreen,
});
