import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Whose } from '@/api/agenda';
import { waitingQuery } from '@/api/visitRooms';
import { Waits } from './waits';

/** Tells what is inside who waits in the video rooms of a provider or a clinic. */
export function WhoWaits({ whose, children }: { whose: Whose; children: ReactNode }) {
  return <Waits value={useQuery(waitingQuery(whose)).data ?? []}>{children}</Waits>;
}
