import { createContext, useContext } from 'react';
import type { WaitingPerson } from '@/api/visitRooms';

export const Waits = createContext<readonly WaitingPerson[]>([]);

/** Everybody who waits in the rooms of this screen's day. */
export function useWaits(): readonly WaitingPerson[] {
  return useContext(Waits);
}

/** Since when the patient's tab has been open in the waiting room of a visit; null when it is not. */
export function usePatientWaits(visitId: string): string | null {
  return useWaits().find((one) => one.room_id === visitId && one.role === 'patient')?.since ?? null;
}
