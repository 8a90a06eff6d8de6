import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { NewProviderScreen } from '@/features/admin/ProviderEditScreen';
import { clinicSearch } from '@/features/admin/search';

export const Route = createFileRoute('/admin/providers/new')({
  validateSearch: clinicSearch,
  beforeLoad: (context) => void requireUser(context, 'staff', 'admin'),
  component: NewProviderScreen,
});
