import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { securityQuery } from '@/api/security';
import { ConnectedAccounts } from '@/ui/federation/ConnectedAccounts';
import { EncryptionSection } from '@/ui/keys/EncryptionSection';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { ConnectedAppsSection } from './ConnectedAppsSection';
import { DemandNote } from './DemandNote';
import { DeviceKeysSection } from './DeviceKeysSection';
import { EmailSection } from './EmailSection';
import { PasskeysSection } from './PasskeysSection';
import { PasswordSection } from './PasswordSection';
import { SessionsSection } from './SessionsSection';
import { TwoStepSection } from './TwoStepSection';

/** How the person signs in: one section a subject. */
export function SecurityScreen() {
  const { t } = useTranslation('security');
  const query = useQuery(securityQuery());
  return (
    <Screen title={t('title')} intro={t('intro')} width="narrow">
      <Stack gap="lg">
        <QueryView query={query}>
          {(security) => (
            <>
              <DemandNote security={security} />
              <PasswordSection security={security} />
              <TwoStepSection security={security} />
              <PasskeysSection security={security} />
            </>
          )}
        </QueryView>
        <EncryptionSection />
        <ConnectedAccounts />
        <EmailSection />
        <SessionsSection />
        <DeviceKeysSection />
        <ConnectedAppsSection />
      </Stack>
    </Screen>
  );
}
