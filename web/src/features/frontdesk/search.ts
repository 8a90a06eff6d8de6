import { type Mode, MODES, type Status, STATUSES } from '@/api/types';
import { isPlainDate } from '@/lib/dates';
import { matching, oneOf, present, type RawSearch, text } from '@/lib/search';

export const COLUMNS = ['provider', 'room'] as const;
export type Columns = (typeof COLUMNS)[number];

export const SHOWN = ['busy', 'all'] as const;

/** What the address of the front desk says: which day, of whom, and which visit is open beside it. */
export function deskSearch(raw: RawSearch) {
  return present({
    clinic: text(raw, 'clinic'),
    date: matching(raw, 'date', isPlainDate),
    location: text(raw, 'location'),
    by: oneOf(raw, 'by', COLUMNS),
    shown: oneOf(raw, 'shown', SHOWN),
    status: oneOf<Status>(raw, 'status', STATUSES),
    visit: text(raw, 'visit'),
  });
}

export type DeskSearch = ReturnType<typeof deskSearch>;

/** What the address of booking for a patient says. Who the patient is stays out of it. */
export function bookForSearch(raw: RawSearch) {
  return present({
    clinic: text(raw, 'clinic'),
    provider: text(raw, 'provider'),
    type: text(raw, 'type'),
    mode: oneOf<Mode>(raw, 'mode', MODES),
    from: matching(raw, 'from', isPlainDate),
  });
}
