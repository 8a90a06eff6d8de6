import { createFileRoute } from '@tanstack/react-router';
import { AccountSafetyScreen } from '@/features/security/AccountSafetyScreen';

export const Route = createFileRoute('/account-safety')({ component: AccountSafetyScreen });
