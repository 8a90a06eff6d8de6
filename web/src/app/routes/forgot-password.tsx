import { createFileRoute } from '@tanstack/react-router';
import { authSearch } from '@/features/auth/search';
import { ForgotPasswordScreen } from '@/features/auth/ForgotPasswordScreen';

export const Route = createFileRoute('/forgot-password')({
  validateSearch: authSearch,
  component: ForgotPasswordScreen,
});
