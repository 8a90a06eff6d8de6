import { innerPath, present, type RawSearch, text } from '@/lib/search';

export interface AuthSearch {
  /** The path inside this app to go to afterwards. */
  next?: string;
  email?: string;
}

/** What the sign-in screens take from the address bar. */
export function authSearch(raw: RawSearch): AuthSearch {
  return present({ next: innerPath(raw, 'next'), email: text(raw, 'email') });
}
