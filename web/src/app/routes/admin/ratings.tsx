import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { RatingsScreen } from '@/features/admin/RatingsScreen';
import { clinicSearch } from '@/features/admin/search';

export const Route = createFileRoute('/admin/ratings')({
  validateSearch: clinicSearch,
  beforeLoad: (context) => void requireUser(context, 'staff', 'admin'),
  component: RatingsScreen,
});
