import { createFileRoute } from '@tanstack/react-router';
import { StopResetScreen } from '@/features/security/StopResetScreen';

export const Route = createFileRoute('/stop-reset')({ component: StopResetScreen });
