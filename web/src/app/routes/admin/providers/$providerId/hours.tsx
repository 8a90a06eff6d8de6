import { createFileRoute } from '@tanstack/react-router';
import { providerQuery } from '@/api/providers';
import { scheduleQuery } from '@/api/schedule';
import { requireUser } from '@/app/guard';
import { warm } from '@/app/warm';
import { ProviderHoursScreen } from '@/features/schedule/ProviderHoursScreen';

export const Route = createFileRoute('/admin/providers/$providerId/hours')({
  beforeLoad: (context) => void requireUser(context, 'staff', 'admin'),
  loader: ({ context, params }) => {
    warm(context.queryClient.query(scheduleQuery(params.providerId)));
    warm(context.queryClient.query(providerQuery(params.providerId)));
  },
  component: ProviderHoursScreen,
});
