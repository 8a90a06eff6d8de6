import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { LocationsScreen } from '@/features/admin/LocationsScreen';
import { clinicSearch } from '@/features/admin/search';

export const Route = createFileRoute('/admin/locations')({
  validateSearch: clinicSearch,
  beforeLoad: (context) => void requireUser(context, 'staff', 'admin'),
  component: LocationsScreen,
});
