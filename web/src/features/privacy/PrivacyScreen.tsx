import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useLive } from '@/api/live';
import { useUser } from '@/api/session';
import { Screen } from '@/ui/Screen';
import { ConsentsSection } from './ConsentsSection';
import { CorrectSection } from './CorrectSection';
import { DetailsSection } from './DetailsSection';
import { EraseSection } from './EraseSection';
import { ExportSection } from './ExportSection';
import { DelegatesSection } from './DelegatesSection';
import { LookedSection } from './LookedSection';
import { PauseSection } from './PauseSection';

/** What the person agreed to, and what they can do about their data. */
export function PrivacyScreen() {
  const { t } = useTranslation('privacy');
  const user = useUser();
  useLive('me', ['privacy'], ['consents']);
  if (!user) return null;
  const patient = Boolean(user.patient_id);
  return (
    <Screen title={t('title')} intro={t('intro')} width="narrow">
      <Stack gap="lg">
        {patient && <ConsentsSection />}
        {patient && <LookedSection />}
        <DelegatesSection />
        <DetailsSection />
        {patient && <CorrectSection />}
        {patient && <PauseSection />}
        <ExportSection />
        <EraseSection />
      </Stack>
    </Screen>
  );
}
