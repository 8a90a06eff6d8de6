import { useMutation, useQueryClient } from '@tanstack/react-query';
import { askPrivacy, type PrivacyKind, type PrivacyRequest, undoRequest } from '@/api/privacy';

interface Wish {
  kind: PrivacyKind;
  wish?: string;
  clinic_id?: string;
  appointment_id?: string;
}

/** Asks for something, and fetches again what shows it. */
export function useAsk(onAsked?: (request: PrivacyRequest) => void) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (wish: Wish) =>
      askPrivacy({
        kind: wish.kind,
        wish: wish.wish ?? null,
        clinic_id: wish.clinic_id ?? null,
        appointment_id: wish.appointment_id ?? null,
      }),
    onSuccess: (request) => {
      onAsked?.(request);
      return cache.invalidateQueries({ queryKey: ['privacy'] });
    },
  });
}

/** Takes a request back. */
export function useUndo(onUndone?: () => void) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: undoRequest,
    onSuccess: () => {
      onUndone?.();
      return cache.invalidateQueries({ queryKey: ['privacy'] });
    },
  });
}

/** The newest request of a kind. */
export function newest(requests: PrivacyRequest[], kind: PrivacyKind): PrivacyRequest | undefined {
  return requests.find((request) => request.kind === kind);
}
