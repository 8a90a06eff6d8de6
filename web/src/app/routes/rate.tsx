import { createFileRoute } from '@tanstack/react-router';
import { RateScreen } from '@/features/visit/after/RateScreen';

export const Route = createFileRoute('/rate')({ component: RateScreen });
