import { createFileRoute } from '@tanstack/react-router';
import { managedProviderQuery } from '@/api/catalogue';
import { requireUser } from '@/app/guard';
import { warm } from '@/app/warm';
import { ProviderEditScreen } from '@/features/admin/ProviderEditScreen';

export const Route = createFileRoute('/admin/providers/$providerId/')({
  beforeLoad: (context) => void requireUser(context, 'staff', 'admin'),
  loader: ({ context, params }) => warm(context.queryClient.query(managedProviderQuery(params.providerId))),
  component: ProviderEditScreen,
});
