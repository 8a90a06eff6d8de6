import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { RoomsScreen } from '@/features/admin/RoomsScreen';
import { clinicSearch } from '@/features/admin/search';

export const Route = createFileRoute('/admin/rooms')({
  validateSearch: clinicSearch,
  beforeLoad: (context) => void requireUser(context, 'staff', 'admin'),
  component: RoomsScreen,
});
