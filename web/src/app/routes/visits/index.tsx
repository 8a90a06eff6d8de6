import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { visitsSearch } from '@/features/visits/search';
import { VisitsScreen } from '@/features/visits/VisitsScreen';

export const Route = createFileRoute('/visits/')({
  validateSearch: visitsSearch,
  beforeLoad: (context) => void requireUser(context, 'patient'),
  component: VisitsScreen,
});
