import { createFileRoute } from '@tanstack/react-router';
import { appointmentHistoryQuery, appointmentQuery } from '@/api/appointments';
import { requireUser } from '@/app/guard';
import { warm } from '@/app/warm';
import { VisitScreen } from '@/features/visits/VisitScreen';

export const Route = createFileRoute('/visits/$visitId/')({
  beforeLoad: (context) => void requireUser(context),
  loader: ({ context: { queryClient }, params }) =>
    warm(
      queryClient.query(appointmentQuery(params.visitId)),
      queryClient.query(appointmentHistoryQuery(params.visitId)),
    ),
  component: VisitScreen,
});
