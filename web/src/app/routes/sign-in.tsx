import { createFileRoute } from '@tanstack/react-router';
import { authSearch } from '@/features/auth/search';
import { SignInScreen } from '@/features/auth/SignInScreen';

export const Route = createFileRoute('/sign-in')({ validateSearch: authSearch, component: SignInScreen });
