import { createFileRoute } from '@tanstack/react-router';
import { authSearch } from '@/features/auth/search';
import { SecondStepScreen } from '@/features/auth/SecondStepScreen';

export const Route = createFileRoute('/second-step')({ validateSearch: authSearch, component: SecondStepScreen });
