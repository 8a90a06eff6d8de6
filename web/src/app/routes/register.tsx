import { createFileRoute } from '@tanstack/react-router';
import { authSearch } from '@/features/auth/search';
import { RegisterScreen } from '@/features/auth/RegisterScreen';

export const Route = createFileRoute('/register')({ validateSearch: authSearch, component: RegisterScreen });
