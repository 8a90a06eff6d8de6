import { IconCalendarOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useUser } from '@/api/session';
import { Screen } from '@/ui/Screen';
import { EmptyState } from '@/ui/States';
import { HoursEditor } from './HoursEditor';

/** A provider's own working hours. */
export function HoursScreen() {
  const { t } = useTranslation('schedule');
  const providerId = useUser()?.provider_id;
  return (
    <Screen title={t('title')} intro={t('intro')} width="wide">
      {providerId ? (
        <HoursEditor providerId={providerId} />
      ) : (
        <EmptyState icon={IconCalendarOff} title={t('noProfile')} />
      )}
    </Screen>
  );
}
