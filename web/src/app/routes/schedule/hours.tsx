import { createFileRoute } from '@tanstack/react-router';
import { providerQuery } from '@/api/providers';
import { scheduleQuery } from '@/api/schedule';
import { requireUser } from '@/app/guard';
import { warm } from '@/app/warm';
import { HoursScreen } from '@/features/schedule/HoursScreen';

export const Route = createFileRoute('/schedule/hours')({
  beforeLoad: (context) => ({ user: requireUser(context, 'provider') }),
  loader: ({ context }) => {
    const providerId = context.user.provider_id;
    if (!providerId) return;
    warm(context.queryClient.query(scheduleQuery(providerId)));
    warm(context.queryClient.query(providerQuery(providerId)));
  },
  component: HoursScreen,
});
