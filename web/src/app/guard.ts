import { redirect } from '@tanstack/react-router';
import { hasRole } from '@/api/session';
import { currentStanding, currentUser } from '@/api/token';
import type { Role, User } from '@/api/types';

/**
 * For a route's beforeLoad: sends whoever is not signed in to sign in and back here afterwards, and whoever lacks the
 * role to the front page; and who must set up a second factor first, to that. Courtesy only: the server decides what anyone may see.
 */
export function requireUser({ location }: { location: { href: string } }, ...roles: Role[]): User {
  const user = currentUser();
  if (!user) throw redirect({ to: '/sign-in', search: { next: location.href } });
  if (currentStanding().enrolling && !location.href.startsWith('/enrol')) {
    throw redirect({ to: '/enrol', search: { next: location.href } });
  }
  if (roles.length > 0 && !hasRole(user, ...roles)) throw redirect({ to: '/' });
  return user;
}
