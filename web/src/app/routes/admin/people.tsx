import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { PeopleScreen } from '@/features/admin/PeopleScreen';
import { clinicSearch } from '@/features/admin/search';

export const Route = createFileRoute('/admin/people')({
  validateSearch: clinicSearch,
  beforeLoad: (context) => void requireUser(context, 'staff', 'admin'),
  component: PeopleScreen,
});
