import { createFileRoute } from '@tanstack/react-router';
import { ProposalScreen } from '@/features/waitlist/ProposalScreen';

export const Route = createFileRoute('/waitlist/proposal')({ component: ProposalScreen });
