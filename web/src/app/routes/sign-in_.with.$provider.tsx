import { createFileRoute } from '@tanstack/react-router';
import { ProviderBackScreen } from '@/features/auth/ProviderBackScreen';

export const Route = createFileRoute('/sign-in_/with/$provider')({ component: ProviderBackScreen });
