import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { SecurityScreen } from '@/features/security/SecurityScreen';

export const Route = createFileRoute('/account/security')({
  beforeLoad: (context) => void requireUser(context),
  component: SecurityScreen,
});
