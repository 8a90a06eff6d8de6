import { present, type RawSearch, text } from '@/lib/search';

export interface PackedSearch {
  /** The app's query, as one word (`lib/packedQuery`). */
  q?: string;
}

/** What the pages that apps send people to keep in the address bar. */
export function packedSearch(raw: RawSearch): PackedSearch {
  return present({ q: text(raw, 'q') });
}
