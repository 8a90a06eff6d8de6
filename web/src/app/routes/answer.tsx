import { createFileRoute } from '@tanstack/react-router';
import { AnswerScreen } from '@/features/messages/AnswerScreen';

export const Route = createFileRoute('/answer')({ component: AnswerScreen });
