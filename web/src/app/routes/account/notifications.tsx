import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { NotificationsScreen } from '@/features/messages/NotificationsScreen';

export const Route = createFileRoute('/account/notifications')({
  beforeLoad: (context) => void requireUser(context),
  component: NotificationsScreen,
});
