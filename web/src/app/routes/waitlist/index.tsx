import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { WaitlistScreen } from '@/features/waitlist/WaitlistScreen';

export const Route = createFileRoute('/waitlist/')({
  beforeLoad: (context) => void requireUser(context),
  component: WaitlistScreen,
});
