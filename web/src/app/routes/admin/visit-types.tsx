import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { VisitTypesScreen } from '@/features/admin/VisitTypesScreen';
import { clinicSearch } from '@/features/admin/search';

export const Route = createFileRoute('/admin/visit-types')({
  validateSearch: clinicSearch,
  beforeLoad: (context) => void requireUser(context, 'staff', 'admin'),
  component: VisitTypesScreen,
});
