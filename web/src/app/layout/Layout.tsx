import { Link, Outlet } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useUser } from '@/api/session';
import { navFor, WITH_MESSAGES } from '@/app/nav';
import { AccountMenu } from '@/app/layout/AccountMenu';
import { PageFocus } from '@/app/layout/PageFocus';
import { TabBar } from '@/app/layout/TabBar';
import { PreferencesMenu } from '@/features/preferences/PreferencesMenu';
import { DemandBanner } from '@/features/security/DemandBanner';
import { StepUpDialog } from '@/features/security/StepUpDialog';
import { useOnline } from '@/lib/useOnline';
import { Unread } from '@/ui/chat/Unread';
import { Mark } from '@/ui/Logo';
import classes from './Layout.module.css';

/** The frame around every screen: skip link, header with navigation, the screen, and tabs at the bottom of a phone. */
export function Layout() {
  const { t } = useTranslation('ui');
  const online = useOnline();
  const signedIn = useUser() !== null;
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#content">
        {t('skipToContent')}
      </a>
      <header className={classes.header}>
        <div className={classes.bar}>
          <Link to="/" className={classes.brand}>
            <Mark />
            <span>{t('appName')}</span>
          </Link>
          <MainNav />
          <div className={classes.end}>
            <PreferencesMenu />
            <AccountMenu />
          </div>
        </div>
      </header>
      <div role="status" aria-live="polite">
        {!online && <div className={classes.offline}>{t('offline.banner')}</div>}
      </div>
      {signedIn && <DemandBanner />}
      <main id="content" tabIndex={-1} className={classes.main}>
        <Outlet />
      </main>
      <TabBar />
      <PageFocus />
      {signedIn && <StepUpDialog />}
    </div>
  );
}

function MainNav() {
  const { t } = useTranslation(['ui', 'delegates', 'schedule', 'frontdesk', 'admin', 'waitlist']);
  const items = navFor(useUser());
  return (
    <nav aria-label={t('ui:nav.primary')} style={{ height: '100%' }}>
      <ul className={classes.nav}>
        {items.map(({ to, label, icon: Icon, exact }) => (
          <li key={to}>
            <Link to={to} className={classes.link} activeOptions={{ exact: exact ?? false, includeSearch: false }}>
              <Icon size={19} stroke={1.8} aria-hidden="true" />
              {t(label)}
              {WITH_MESSAGES.has(to) && <Unread />}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
