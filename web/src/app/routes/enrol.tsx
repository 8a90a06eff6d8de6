import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { authSearch } from '@/features/auth/search';
import { EnrolScreen } from '@/features/security/EnrolScreen';

export const Route = createFileRoute('/enrol')({
  validateSearch: authSearch,
  beforeLoad: (context) => void requireUser(context),
  component: EnrolScreen,
});
