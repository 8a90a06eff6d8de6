import { createFileRoute } from '@tanstack/react-router';
import { OfferScreen } from '@/features/waitlist/OfferScreen';

export const Route = createFileRoute('/waitlist/offer')({ component: OfferScreen });
