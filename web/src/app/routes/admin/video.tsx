import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { clinicSearch } from '@/features/admin/search';
import { VideoScreen } from '@/features/admin/video/VideoScreen';

export const Route = createFileRoute('/admin/video')({
  validateSearch: clinicSearch,
  beforeLoad: (context) => void requireUser(context, 'staff', 'admin'),
  component: VideoScreen,
});
