import { createFileRoute } from '@tanstack/react-router';
import { appointmentQuery } from '@/api/appointments';
import { requireUser } from '@/app/guard';
import { warm } from '@/app/warm';
import { BookedScreen } from '@/features/booking/BookedScreen';

export const Route = createFileRoute('/visits/$visitId/booked')({
  beforeLoad: (context) => void requireUser(context),
  loader: ({ context, params }) => warm(context.queryClient.query(appointmentQuery(params.visitId))),
  component: BookedScreen,
});
