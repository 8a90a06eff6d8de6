import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { EmergencyScreen } from '@/features/emergency/EmergencyScreen';

export const Route = createFileRoute('/emergency')({
  beforeLoad: (context) => void requireUser(context, 'provider', 'staff'),
  component: EmergencyScreen,
});
