import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useUser } from '@/api/session';
import { Screen } from '@/ui/Screen';
import { ConsentsSection } from './ConsentsSection';
import { LookedSection } from './LookedSection';

/** What the person agreed to, and what they can do about their data. */
export function PrivacyScreen() {
  const { t } = useTranslation('privacy');
  const user = useUser();
  if (!user) return null;
  return (
    <Screen title={t('title')} intro={t('intro')} width="narrow">
      <Stack gap="lg">
        {user.patient_id && <ConsentsSection />}
        {user.patient_id && <LookedSection />}
      </Stack>
    </Screen>
  );
}
