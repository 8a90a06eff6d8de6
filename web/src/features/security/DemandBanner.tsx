import { Text } from '@mantine/core';
import { useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useStanding } from '@/api/session';
import { formatDateTime } from '@/lib/time';
import { TextLink } from '@/ui/ButtonLink';
import { useLocale } from '@/ui/useLocale';
import classes from './Security.module.css';

/** That a second step is to be set up, and by when; on every screen but those where it is done. */
export function DemandBanner() {
  const { t } = useTranslation('security');
  const { locale, zone } = useLocale();
  const { dueAt, enrolling } = useStanding();
  const path = useRouterState({ select: (state) => state.location.pathname });
  if (dueAt === null || enrolling || path === '/account/security') return null;
  return (
    <aside className={classes.banner} aria-label={t('demand.title')}>
      <Text>
        {t('demand.text', { when: formatDateTime(dueAt, zone, locale) })}{' '}
        <TextLink to="/account/security">{t('demand.action')}</TextLink>
      </Text>
    </aside>
  );
}
