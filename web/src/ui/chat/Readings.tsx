import { Alert, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ClinicReading } from '@/api/clinicChats';
import { formatDateTime } from '@/lib/time';
import { useLocale } from '@/ui/useLocale';

/** When the clinic opened the conversation with its own key, who did and why; nothing when it never did. */
export function Readings({ readings }: { readings: ClinicReading[] }) {
  const { t } = useTranslation('chat');
  const { locale, zone } = useLocale();
  if (readings.length === 0) return null;
  return (
    <Alert color="yellow" title={t('readings.title')}>
      {readings.map(({ at, by, why }) => (
        <Text key={`${at}${by}`} size="sm">
          {t('readings.one', { by, when: formatDateTime(at, zone, locale), why })}
        </Text>
      ))}
    </Alert>
  );
}
