import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { AfterScreen } from '@/features/visit/after/AfterScreen';

export const Route = createFileRoute('/visit/$roomId/after')({
  beforeLoad: (context) => void requireUser(context),
  component: AfterScreen,
});
