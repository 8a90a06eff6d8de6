import { useNavigate, useRouter } from '@tanstack/react-router';
import { type Entered, homeOf } from '@/api/session';
import { currentStanding } from '@/api/token';
import { adoptAccountPreferences } from './adoptAccountPreferences';

/**
 * Where signing in leads: where the person wanted to, or first to the second step, or to setting one up. With
 * `replace`, the page before is left out of the history.
 */
export function useEntered(): (entered: Entered, next?: string, replace?: boolean) => void {
  const router = useRouter();
  const navigate = useNavigate();
  return (user, next, replace = false) => {
    const search = next === undefined ? {} : { next };
    if (!user) {
      void navigate({ to: '/second-step', search, replace });
      return;
    }
    adoptAccountPreferences(user);
    const to = next ?? homeOf(user);
    if (currentStanding().enrolling) void navigate({ to: '/enrol', search, replace });
    else if (replace) router.history.replace(to);
    else router.history.push(to);
  };
}
