import { createFileRoute } from '@tanstack/react-router';
import { authSearch } from '@/features/auth/search';
import { VerifyScreen } from '@/features/auth/VerifyScreen';

export const Route = createFileRoute('/verify')({ validateSearch: authSearch, component: VerifyScreen });
