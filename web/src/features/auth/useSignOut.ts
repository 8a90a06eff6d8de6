import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { logout } from '@/api/session';

/** Leaves for the front page first, so that no screen asks for what it may no longer see, and then signs out. */
export function useSignOut() {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async () => {
      await navigate({ to: '/' });
      await logout();
    },
  });
}
