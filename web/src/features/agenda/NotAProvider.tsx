import { IconCalendarOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Screen } from '@/ui/Screen';
import { EmptyState } from '@/ui/States';

/** Somebody with the provider role whose account is not tied to a provider's profile yet. */
export function NotAProvider() {
  const { t } = useTranslation('agenda');
  return (
    <Screen title={t('title')}>
      <EmptyState icon={IconCalendarOff} title={t('noProfile.title')} text={t('noProfile.text')} />
    </Screen>
  );
}
