import { createFileRoute } from '@tanstack/react-router';
import { PreferencesScreen } from '@/features/preferences/PreferencesScreen';

export const Route = createFileRoute('/preferences')({ component: PreferencesScreen });
