import {
  IconBellRinging,
  IconCalendarClock,
  IconCalendarHeart,
  IconCalendarUser,
  IconHourglass,
  IconIdBadge2,
  IconInbox,
  IconPlaneDeparture,
  IconSearch,
  IconSettings,
  IconTable,
  IconUrgent,
} from '@tabler/icons-react';
import type { LinkProps } from '@tanstack/react-router';
import type { ParseKeys } from 'i18next';
import type { ComponentType } from 'react';
import type { StaffScope } from '@/api/people';
import { hasRole, worksAs } from '@/api/session';
import type { Role, User } from '@/api/types';

export interface NavItem {
  to: NonNullable<LinkProps['to']>;
  /** Key of the words, with its catalogue: "ui:nav.find". */
  label: ParseKeys<['ui', 'delegates', 'schedule', 'frontdesk', 'admin', 'waitlist']>;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  /** Who sees it; everyone, signed in or not, when left out. */
  roles?: Role[];
  /** Of the staff, who with one of these scopes; admins always. */
  scopes?: StaffScope[];
  /** Active only on this very page, not on the pages below it. */
  exact?: boolean;
}

/** The main navigation, in order. A screen that has its own entry is registered here and nowhere else. */
export const NAV: NavItem[] = [
  { to: '/desk', label: 'frontdesk:nav.desk', icon: IconTable, scopes: ['front-desk', 'clinical'], exact: true },
  { to: '/desk/requests', label: 'frontdesk:nav.requests', icon: IconInbox, scopes: ['front-desk'] },
  { to: '/desk/reminders', label: 'frontdesk:nav.reminders', icon: IconBellRinging, scopes: ['front-desk'] },
  { to: '/desk/waitlist', label: 'waitlist:desk.nav', icon: IconHourglass, scopes: ['front-desk'] },
  { to: '/desk/away', label: 'waitlist:desk.away.nav', icon: IconPlaneDeparture, scopes: ['front-desk'] },
  { to: '/schedule', label: 'schedule:nav.agenda', icon: IconCalendarUser, roles: ['provider'], exact: true },
  { to: '/schedule/hours', label: 'schedule:nav.hours', icon: IconCalendarClock, roles: ['provider'] },
  { to: '/schedule/profile', label: 'schedule:nav.profile', icon: IconIdBadge2, roles: ['provider'] },
  { to: '/emergency', label: 'delegates:emergency.nav', icon: IconUrgent, roles: ['provider'] },
  { to: '/admin', label: 'admin:nav.admin', icon: IconSettings, roles: ['staff', 'admin'] },
  { to: '/', label: 'ui:nav.find', icon: IconSearch, exact: true },
  { to: '/visits', label: 'ui:nav.visits', icon: IconCalendarHeart, roles: ['patient'] },
  { to: '/waitlist', label: 'waitlist:nav', icon: IconHourglass, roles: ['patient'] },
];

/** Entries that tell how many messages are unread. */
export const WITH_MESSAGES: ReadonlySet<string> = new Set(['/visits', '/schedule']);

/** The entries this person sees. */
export function navFor(user: User | null): NavItem[] {
  return NAV.filter(
    ({ roles, scopes }) => (!roles || hasRole(user, ...roles)) && (!scopes || worksAs(user, null, ...scopes)),
  );
}
