import { Card, Stack, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useUser } from '@/api/session';
import { preferredZone, usePreferences } from '@/lib/preferences';
import { PushSection } from '@/ui/push/PushSection';
import { Screen } from '@/ui/Screen';
import { ZoneSelect } from '@/ui/ZoneSelect';
import { LanguageControl, LookControls } from './LookControls';
import { useSavePreference } from './useSavePreference';

/** All preferences on one page. */
export function PreferencesScreen() {
  const { t } = useTranslation('preferences');
  const preferences = usePreferences();
  const save = useSavePreference();
  const user = useUser();
  return (
    <Screen title={t('title')} intro={t('intro')} width="narrow">
      <Stack gap="lg">
        <Card component="section">
          <Title order={2} size="h3" mb="md">
            {t('sections.words')}
          </Title>
          <Stack>
            <LanguageControl />
            <ZoneSelect
              label={t('timeZone')}
              description={t('timeZoneHint')}
              value={preferredZone(preferences)}
              onChange={(timeZone) => save({ timeZone })}
            />
          </Stack>
        </Card>
        <Card component="section">
          <Title order={2} size="h3" mb="md">
            {t('sections.look')}
          </Title>
          <Stack>
            <LookControls />
          </Stack>
        </Card>
        {user && <PushSection />}
      </Stack>
    </Screen>
  );
}
