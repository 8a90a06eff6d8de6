import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { CheckScreen } from '@/features/visit/check/CheckScreen';

export const Route = createFileRoute('/visit/$roomId/check')({
  beforeLoad: (context) => void requireUser(context),
  component: Check,
});

function Check() {
  const { roomId } = Route.useParams();
  return <CheckScreen roomId={roomId} />;
}
