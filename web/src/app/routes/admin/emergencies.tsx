import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { EmergenciesScreen } from '@/features/admin/EmergenciesScreen';
import { clinicSearch } from '@/features/admin/search';

export const Route = createFileRoute('/admin/emergencies')({
  validateSearch: clinicSearch,
  beforeLoad: (context) => void requireUser(context, 'staff', 'admin'),
  component: EmergenciesScreen,
});
