import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { AuditScreen } from '@/features/admin/AuditScreen';
import { auditSearch } from '@/features/admin/search';

export const Route = createFileRoute('/admin/audit')({
  validateSearch: auditSearch,
  beforeLoad: (context) => void requireUser(context, 'staff', 'admin'),
  component: AuditScreen,
});
