import { Menu, Text, UnstyledButton } from '@mantine/core';
import { IconBell, IconLock, IconLogout, IconSettings, IconShieldLock, IconUserCircle } from '@tabler/icons-react';
import { Link, useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useUser } from '@/api/session';
import type { User } from '@/api/types';
import { useSignOut } from '@/features/auth/useSignOut';
import { ButtonLink } from '@/ui/ButtonLink';
import { Portrait } from '@/ui/Portrait';

/** Who is signed in, with account and sign-out; a sign-in button for everyone else. */
export function AccountMenu() {
  const { t } = useTranslation('auth');
  const user = useUser();
  const here = useRouterState({ select: (state) => state.location.href });
  if (user) return <SignedIn user={user} />;
  if (here.startsWith('/sign-in') || here.startsWith('/register')) return null;
  return (
    <ButtonLink to="/sign-in" search={here === '/' ? {} : { next: here }} size="sm" variant="light">
      {t('signIn.action')}
    </ButtonLink>
  );
}

function SignedIn({ user }: { user: User }) {
  const { t } = useTranslation(['auth', 'messages', 'privacy', 'security', 'ui']);
  const leave = useSignOut();
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <UnstyledButton aria-label={t('auth:menu.open', { name: user.full_name })} style={{ borderRadius: '50%' }}>
          <Portrait name={user.full_name} size={40} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text span display="block" fw={600} size="sm" c="var(--mantine-color-text)">
            {user.full_name}
          </Text>
          {user.email}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item component={Link} to="/account" leftSection={<IconUserCircle size={18} />}>
          {t('auth:menu.account')}
        </Menu.Item>
        <Menu.Item component={Link} to="/account/security" leftSection={<IconShieldLock size={18} />}>
          {t('security:menu')}
        </Menu.Item>
        <Menu.Item component={Link} to="/account/privacy" leftSection={<IconLock size={18} />}>
          {t('privacy:menu')}
        </Menu.Item>
        <Menu.Item component={Link} to="/account/notifications" leftSection={<IconBell size={18} />}>
          {t('messages:wishes.title')}
        </Menu.Item>
        <Menu.Item component={Link} to="/preferences" leftSection={<IconSettings size={18} />}>
          {t('ui:nav.preferences')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={18} />} onClick={() => leave.mutate()}>
          {t('auth:menu.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
