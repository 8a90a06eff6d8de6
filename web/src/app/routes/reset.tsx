import { createFileRoute } from '@tanstack/react-router';
import { ResetScreen } from '@/features/auth/ResetScreen';

export const Route = createFileRoute('/reset')({ component: ResetScreen });
