import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { DeadLettersScreen } from '@/features/admin/DeadLettersScreen';
import { clinicSearch } from '@/features/admin/search';

export const Route = createFileRoute('/admin/dead-letters')({
  validateSearch: clinicSearch,
  beforeLoad: (context) => void requireUser(context, 'staff', 'admin'),
  component: DeadLettersScreen,
});
