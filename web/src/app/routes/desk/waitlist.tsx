import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { WaitlistScreen } from '@/features/frontdesk/WaitlistScreen';
import { present, type RawSearch, text } from '@/lib/search';

export const Route = createFileRoute('/desk/waitlist')({
  validateSearch: (raw: RawSearch) => present({ clinic: text(raw, 'clinic') }),
  beforeLoad: (context) => void requireUser(context, 'staff', 'admin'),
  component: WaitlistScreen,
});
