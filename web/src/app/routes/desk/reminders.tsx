import { createFileRoute } from '@tanstack/react-router';
import { LEDGER_STATES, type LedgerState } from '@/api/reminders';
import { requireUser } from '@/app/guard';
import { RemindersScreen } from '@/features/frontdesk/RemindersScreen';
import { oneOf, present, type RawSearch, text } from '@/lib/search';

export const Route = createFileRoute('/desk/reminders')({
  validateSearch: (raw: RawSearch) =>
    present({ clinic: text(raw, 'clinic'), show: oneOf<LedgerState>(raw, 'show', LEDGER_STATES) }),
  beforeLoad: (context) => void requireUser(context, 'staff', 'admin'),
  component: RemindersScreen,
});
