import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { notificationsQuery } from '@/api/messages';
import { PushSection } from '@/ui/push/PushSection';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { Addresses } from './Addresses';
import { WishesForm } from './WishesForm';

/** How one is told about visits. */
export function NotificationsScreen() {
  const { t } = useTranslation('messages');
  const query = useQuery(notificationsQuery());
  return (
    <Screen title={t('wishes.title')} intro={t('wishes.intro')} width="narrow">
      <QueryView query={query}>
        {(preferences) => (
          <Stack gap="lg">
            <Addresses preferences={preferences} />
            <PushSection />
            <WishesForm key={preferences.version} preferences={preferences} />
          </Stack>
        )}
      </QueryView>
    </Screen>
  );
}
