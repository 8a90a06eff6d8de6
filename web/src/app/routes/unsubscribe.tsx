import { createFileRoute } from '@tanstack/react-router';
import { UnsubscribeScreen } from '@/features/messages/UnsubscribeScreen';

export const Route = createFileRoute('/unsubscribe')({ component: UnsubscribeScreen });
