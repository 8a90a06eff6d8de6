import { MODES, type Mode } from '@/api/types';
import { isPlainDate } from '@/lib/dates';
import { matching, oneOf, present, type RawSearch, text } from '@/lib/search';

export interface FindSearch {
  q?: string;
  specialty?: string;
  language?: string;
  insurance?: string;
  location?: string;
  mode?: Mode;
}

/** The filters of the provider search, as they stand in the address bar. */
export function findSearch(raw: RawSearch): FindSearch {
  return present({
    q: text(raw, 'q'),
    specialty: text(raw, 'specialty'),
    language: text(raw, 'language'),
    insurance: text(raw, 'insurance'),
    location: text(raw, 'location'),
    mode: oneOf(raw, 'mode', MODES),
  });
}

export interface ProviderSearch {
  type?: string;
  mode?: Mode;
  from?: string;
}

/** What is chosen on a provider's page. */
export function providerSearch(raw: RawSearch): ProviderSearch {
  return present({
    type: text(raw, 'type'),
    mode: oneOf(raw, 'mode', MODES),
    from: matching(raw, 'from', isPlainDate),
  });
}
