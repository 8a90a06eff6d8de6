import { createFileRoute } from '@tanstack/react-router';
import { GuestScreen } from '@/features/visit/guests/GuestScreen';

export const Route = createFileRoute('/visit/guest/$guestId')({ component: GuestScreen });
