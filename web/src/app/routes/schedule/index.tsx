import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { AgendaScreen } from '@/features/agenda/AgendaScreen';
import { agendaSearch } from '@/features/agenda/search';

export const Route = createFileRoute('/schedule/')({
  validateSearch: agendaSearch,
  beforeLoad: (context) => void requireUser(context, 'provider'),
  component: AgendaScreen,
});
