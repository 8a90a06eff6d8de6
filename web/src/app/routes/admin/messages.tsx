import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { MessagesScreen } from '@/features/admin/messages/MessagesScreen';
import { clinicSearch } from '@/features/admin/search';

export const Route = createFileRoute('/admin/messages')({
  validateSearch: clinicSearch,
  beforeLoad: (context) => void requireUser(context, 'staff', 'admin'),
  component: MessagesScreen,
});
