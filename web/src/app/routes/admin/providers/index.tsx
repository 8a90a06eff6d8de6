import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { ProvidersScreen } from '@/features/admin/ProvidersScreen';
import { clinicSearch } from '@/features/admin/search';

export const Route = createFileRoute('/admin/providers/')({
  validateSearch: clinicSearch,
  beforeLoad: (context) => void requireUser(context, 'staff', 'admin'),
  component: ProvidersScreen,
});
