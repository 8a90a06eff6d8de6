import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { BookForScreen } from '@/features/frontdesk/BookForScreen';
import { bookForSearch } from '@/features/frontdesk/search';

export const Route = createFileRoute('/desk/book')({
  validateSearch: bookForSearch,
  beforeLoad: (context) => void requireUser(context, 'staff', 'admin'),
  component: BookForScreen,
});
