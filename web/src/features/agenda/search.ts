import { isPlainDate } from '@/lib/dates';
import { matching, oneOf, present, type RawSearch, text } from '@/lib/search';

export const VIEWS = ['day', 'week'] as const;
export type View = (typeof VIEWS)[number];

/** What the address of the agenda says: which days, and which visit is open beside them. */
export function agendaSearch(raw: RawSearch) {
  return present({
    view: oneOf(raw, 'view', VIEWS),
    date: matching(raw, 'date', isPlainDate),
    visit: text(raw, 'visit'),
  });
}
