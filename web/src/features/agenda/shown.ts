import type { Schedule } from '@/api/schedule';
import type { Appointment } from '@/api/types';
import type { PlainDate } from '@/lib/dates';

/** What the views of the agenda show. */
export interface Shown {
  days: PlainDate[];
  visits: Appointment[];
  schedule: Schedule | undefined;
  providerId: string;
  onOpen: (visitId: string) => void;
}
