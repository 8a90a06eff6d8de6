import { createFileRoute } from '@tanstack/react-router';
import { ConnectScreen } from '@/features/auth/ConnectScreen';

export const Route = createFileRoute('/sign-in_/connect')({ component: ConnectScreen });
