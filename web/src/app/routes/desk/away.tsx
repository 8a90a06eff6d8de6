import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { AwayScreen } from '@/features/frontdesk/AwayScreen';
import { present, type RawSearch, text } from '@/lib/search';

export const Route = createFileRoute('/desk/away')({
  validateSearch: (raw: RawSearch) => present({ clinic: text(raw, 'clinic') }),
  beforeLoad: (context) => void requireUser(context, 'staff', 'admin', 'provider'),
  component: AwayScreen,
});
