import { database } from '@/lib/database';

/** What this browser keeps over a sign-out: the keys that it signs calls with, and whom it has met in them. */
export const { kept, keep, forget } = database('openvisit-keys', ['signing', 'pins']);
