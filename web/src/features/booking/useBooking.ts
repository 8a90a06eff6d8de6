import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { book, type Booking } from '@/api/appointments';
import { ApiError } from '@/api/errors';
import { randomUuid } from '@/lib/uuid';
import type { BookingProps } from './BookingSteps';
import { clearDraft, useDraft } from './draft';
import { holdKeeper, type HoldState } from './holdKeeper';

/**
 * Makes the booking. When no clear answer came back (no network, a fault of the server), the next try repeats the very
 * same request under the same Idempotency-Key, and so can never book twice. After a clear answer, or when something else
 * is asked for, a try is a new one.
 */
export function useBooking({ slot, provider }: BookingProps, hold: HoldState) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const draft = useDraft();
  const unclear = useRef<{ asked: string; body: Booking; key: string } | null>(null);

  const asked: Booking = {
    provider_id: provider.id,
    visit_type_id: slot.type,
    start: slot.start,
    mode: slot.mode,
    reason: draft.reason.trim(),
    accommodations: draft.accommodations,
    ...(slot.location ? { location_id: slot.location } : {}),
    ...(draft.patientId ? { patient_id: draft.patientId } : {}),
    ...(draft.isPrivate && !draft.patientId ? { private: true } : {}),
  };
  return useMutation({
    mutationFn: () => {
      const written = JSON.stringify(asked);
      if (unclear.current?.asked !== written) {
        const body = hold.status === 'held' ? { ...asked, hold_token: hold.hold.token } : asked;
        unclear.current = { asked: written, body, key: randomUuid() };
      }
      return book(unclear.current.body, unclear.current.key);
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status > 0 && error.status < 500) unclear.current = null;
    },
    onSuccess: async (appointment) => {
      holdKeeper.spend();
      clearDraft();
      void client.invalidateQueries({ queryKey: ['appointments'] });
      // Removed rather than refetched: the time just booked must not look as if somebody else had taken it.
      client.removeQueries({ queryKey: ['slots', provider.id] });
      await navigate({ to: '/visits/$visitId/booked', params: { visitId: appointment.id }, replace: true });
    },
  });
}
