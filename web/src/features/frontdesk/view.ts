import type { Appointment, ProviderCard } from '@/api/types';
import type { PlainDate } from '@/lib/dates';
import type { DeskSearch } from './search';

/** What the views of the front desk's day show. */
export interface DeskView {
  clinicId: string;
  date: PlainDate;
  visits: Appointment[];
  providers: ProviderCard[];
  search: DeskSearch;
  onOpen: (visitId: string) => void;
}
