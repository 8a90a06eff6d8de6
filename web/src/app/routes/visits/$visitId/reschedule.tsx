import { createFileRoute } from '@tanstack/react-router';
import { appointmentQuery } from '@/api/appointments';
import { requireUser } from '@/app/guard';
import { warm } from '@/app/warm';
import { RescheduleScreen } from '@/features/visits/RescheduleScreen';

export const Route = createFileRoute('/visits/$visitId/reschedule')({
  beforeLoad: (context) => void requireUser(context),
  loader: ({ context, params }) => warm(context.queryClient.query(appointmentQuery(params.visitId))),
  component: RescheduleScreen,
});
