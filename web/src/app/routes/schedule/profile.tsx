import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { OwnProfileScreen } from '@/features/admin/ProviderEditScreen';

export const Route = createFileRoute('/schedule/profile')({
  beforeLoad: (context) => void requireUser(context, 'provider'),
  component: OwnProfileScreen,
});
