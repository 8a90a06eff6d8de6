import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { DeskScreen } from '@/features/frontdesk/DeskScreen';
import { deskSearch } from '@/features/frontdesk/search';

export const Route = createFileRoute('/desk/')({
  validateSearch: deskSearch,
  beforeLoad: (context) => void requireUser(context, 'staff', 'admin'),
  component: DeskScreen,
});
