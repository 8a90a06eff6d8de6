import { createFileRoute } from '@tanstack/react-router';
import { requireUser } from '@/app/guard';
import { PrivacyScreen } from '@/features/privacy/PrivacyScreen';

export const Route = createFileRoute('/account/privacy')({
  beforeLoad: (context) => void requireUser(context),
  component: PrivacyScreen,
});
