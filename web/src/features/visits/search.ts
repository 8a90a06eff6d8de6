import type { AppointmentFilter } from '@/api/appointments';
import { MODES, type Mode, type Status, STATUSES } from '@/api/types';
import { oneOf, present, type RawSearch, text } from '@/lib/search';

export interface VisitsSearch {
  tab?: 'past';
  status?: Status;
  mode?: Mode;
  q?: string;
  /** The patient whose visits are shown, where it is not the person themselves. */
  of?: string;
}

/** The list's tab and filters, as they stand in the address bar. */
export function visitsSearch(raw: RawSearch): VisitsSearch {
  return present({
    tab: oneOf(raw, 'tab', ['past'] as const),
    status: oneOf(raw, 'status', STATUSES),
    mode: oneOf(raw, 'mode', MODES),
    q: text(raw, 'q'),
    of: text(raw, 'of'),
  });
}

const OPEN: Status[] = ['requested', 'scheduled', 'confirmed', 'rescheduled', 'checked-in', 'in-progress'];

/** What to ask for: visits not over yet, soonest first; or those that are, latest first. */
export function visitsFilter(search: VisitsSearch, patientId: string, hour: string): AppointmentFilter {
  const { tab, status, mode, q, of } = search;
  const common = { patient_id: of ?? patientId, ...present({ mode, q }) };
  if (tab === 'past') return { ...common, to: hour, order: 'desc', ...(status ? { status: [status] } : {}) };
  return { ...common, from: hour, order: 'asc', status: status ? [status] : OPEN };
}
