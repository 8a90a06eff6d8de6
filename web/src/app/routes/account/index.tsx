import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { AccountScreen } from '@/features/auth/AccountScreen';

export const Route = createFileRoute('/account/')({
  beforeLoad: (context) => void requireUser(context),
  component: AccountScreen,
});
