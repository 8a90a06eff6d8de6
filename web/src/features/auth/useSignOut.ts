import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { providerSignOut } from '@/api/federation';
import { logout } from '@/api/session';

/**
 * Leaves for the front page first, so that no screen asks for what it may no longer see, and then signs out; also of
 * the identity provider that opened the session, where it has a page for that.
 */
export function useSignOut() {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async () => {
      const elsewhere = await providerSignOut();
      await navigate({ to: '/' });
      await logout();
      if (elsewhere) window.location.assign(elsewhere);
    },
  });
}
