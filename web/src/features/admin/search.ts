import { present, type RawSearch, text } from '@/lib/search';

/** Which clinic a screen of the administration is about, for those who work at several. */
export function clinicSearch(raw: RawSearch) {
  return present({ clinic: text(raw, 'clinic') });
}
