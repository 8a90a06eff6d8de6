import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { RequestsScreen } from '@/features/frontdesk/RequestsScreen';
import { present, type RawSearch, text } from '@/lib/search';

export const Route = createFileRoute('/desk/requests')({
  validateSearch: (raw: RawSearch) => present({ clinic: text(raw, 'clinic'), visit: text(raw, 'visit') }),
  beforeLoad: (context) => void requireUser(context, 'staff', 'admin'),
  component: RequestsScreen,
});
