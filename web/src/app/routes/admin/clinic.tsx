import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { ClinicScreen } from '@/features/admin/ClinicScreen';
import { clinicSearch } from '@/features/admin/search';

export const Route = createFileRoute('/admin/clinic')({
  validateSearch: clinicSearch,
  beforeLoad: (context) => void requireUser(context, 'staff', 'admin'),
  component: ClinicScreen,
});
