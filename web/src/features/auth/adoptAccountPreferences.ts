import type { User } from '@/api/types';
import { getPreferences, isOneOf, LANGUAGES, setPreferences } from '@/lib/preferences';

/** A device on which nothing was chosen yet takes language and zone from the account that signs in. */
export function adoptAccountPreferences(user: User): void {
  const { language, timeZone } = getPreferences();
  setPreferences({
    ...(language === null && isOneOf(LANGUAGES, user.language) ? { language: user.language } : {}),
    ...(timeZone === null && user.time_zone && user.time_zone !== 'UTC' ? { timeZone: user.time_zone } : {}),
  });
}
