import { Alert } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Security } from '@/api/security';
import { formatDateTime } from '@/lib/time';
import { useLocale } from '@/ui/useLocale';

/** That a clinic demands a second factor, and by when; and that a reset of lost ones is waiting. */
export function DemandNote({ security }: { security: Security }) {
  const { t } = useTranslation('security');
  const { locale, zone } = useLocale();
  return (
    <>
      {security.required_by && (
        <Alert color="yellow" title={t('demand.title')}>
          {t('demand.text', { when: formatDateTime(security.required_by, zone, locale) })}
        </Alert>
      )}
      {security.reset && (
        <Alert color="red" title={t('reset.title')}>
          {t('reset.text', {
            clinic: security.reset.clinic,
            when: formatDateTime(security.reset.due_at, zone, locale),
          })}
        </Alert>
      )}
    </>
  );
}
