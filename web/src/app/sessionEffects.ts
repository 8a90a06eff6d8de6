import type { QueryClient } from '@tanstack/react-query';
import { currentUser, onSession } from '@/api/token';
import type { makeRouter } from '@/app/router';

/**
 * When another person signs in, or nobody is signed in any more, nothing of the person before may stay in memory, and
 * routes ask again whether they may be shown.
 */
export function forgetOnSignOut(queryClient: QueryClient, router: ReturnType<typeof makeRouter>): void {
  let known = currentUser()?.id;
  onSession(() => {
    const now = currentUser()?.id;
    if (now === known) return;
    if (known) queryClient.clear();
    known = now;
    void router.invalidate();
  });
}
