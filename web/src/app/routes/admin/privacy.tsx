import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { clinicSearch } from '@/features/admin/search';
import { PrivacyOfficeScreen } from '@/features/admin/privacy/PrivacyOfficeScreen';

export const Route = createFileRoute('/admin/privacy')({
  validateSearch: clinicSearch,
  beforeLoad: (context) => void requireUser(context, 'staff', 'admin'),
  component: PrivacyOfficeScreen,
});
