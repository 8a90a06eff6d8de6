import { Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useUser } from '@/api/session';
import { navFor, WITH_MESSAGES } from '@/app/nav';
import { Unread } from '@/ui/chat/Unread';
import classes from './Layout.module.css';

/** More than this many tabs are too narrow for a thumb on a 375 px screen; the others go under "More". */
const MOST_TABS = 4;

/** The navigation of a phone, under the thumb. Hidden on wide windows, where the header carries it. */
export function TabBar() {
  const { t } = useTranslation(['ui', 'delegates', 'schedule', 'frontdesk', 'admin', 'waitlist']);
  const items = navFor(useUser());
  // A single entry leads nowhere that the logo does not.
  if (items.length < 2) return null;
  const overflowing = items.length > MOST_TABS;
  const tabs = overflowing ? items.slice(0, MOST_TABS - 1) : items;
  return (
    <nav aria-label={t('ui:nav.tabs')} style={{ display: 'contents' }}>
      <ul className={classes.tabs}>
        {tabs.map(({ to, label, icon: Icon, exact }) => (
          <li key={to}>
            <Link to={to} className={classes.tab} activeOptions={{ exact: exact ?? false, includeSearch: false }}>
              <Icon size={22} stroke={1.7} aria-hidden="true" />
              {t(label)}
              {WITH_MESSAGES.has(to) && <Unread />}
            </Link>
          </li>
        ))}
        {overflowing && (
          <li>
            <Menu position="top-end" width={240}>
              <Menu.Target>
                <button type="button" className={classes.tab}>
                  <IconDots size={22} stroke={1.7} aria-hidden="true" />
                  {t('ui:nav.more')}
                </button>
              </Menu.Target>
              <Menu.Dropdown>
                {items.slice(MOST_TABS - 1).map(({ to, label, icon: Icon }) => (
                  <Menu.Item key={to} component={Link} to={to} leftSection={<Icon size={18} />}>
                    {t(label)}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          </li>
        )}
      </ul>
    </nav>
  );
}
