import { IconBuildingHospital } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Screen } from '@/ui/Screen';
import { EmptyState } from '@/ui/States';

/** Somebody whose roles at a clinic were taken back while the page was open. */
export function NoClinic() {
  const { t } = useTranslation('visit');
  return (
    <Screen title={t('clinic')}>
      <EmptyState icon={IconBuildingHospital} title={t('noClinic.title')} text={t('noClinic.text')} />
    </Screen>
  );
}
