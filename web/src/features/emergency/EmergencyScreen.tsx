import { Alert, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { emergenciesQuery } from '@/api/delegates';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { Opened } from './Opened';
import { OpenForm } from './OpenForm';

/** Breaking a record open in an emergency, and the records the clinician has opened so. */
export function EmergencyScreen() {
  const { t } = useTranslation('delegates');
  const query = useQuery(emergenciesQuery());
  return (
    <Screen title={t('emergency.title')} intro={t('emergency.intro')} width="narrow">
      <Stack gap="xl">
        <Alert color="red" variant="light" icon={<IconAlertTriangle size={20} aria-hidden="true" />}>
          {t('emergency.loud')}
        </Alert>
        <OpenForm />
        <section>
          <Title order={2} size="h3" mb="sm">
            {t('emergency.mine')}
          </Title>
          <QueryView query={query} empty={{ when: (items) => items.length === 0, show: <Text>{t('emergency.none')}</Text> }}>
            {(items) => (
              <Stack>
                {items.map((one) => (
                  <Opened key={one.id} one={one} />
                ))}
              </Stack>
            )}
          </QueryView>
        </section>
      </Stack>
    </Screen>
  );
}
