import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { AppsScreen } from '@/features/admin/AppsScreen';
import { clinicSearch } from '@/features/admin/search';

export const Route = createFileRoute('/admin/apps')({
  validateSearch: clinicSearch,
  beforeLoad: (context) => void requireUser(context, 'staff', 'admin'),
  component: AppsScreen,
});
