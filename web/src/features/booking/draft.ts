import { useSyncExternalStore } from 'react';
import { currentUser, onSession, onSignOut } from '@/api/token';
import type { Accommodations } from '@/api/types';

/** What the person has typed so far. */
export interface Draft {
  reason: string;
  accommodations: Accommodations;
  /** For whom, where it is not for the person themselves. */
  patientId?: string;
  /** Hidden from those who act for the person. */
  isPrivate?: boolean;
}

const BLANK: Draft = { reason: '', accommodations: {} };

/**
 * Health text, so it lives in memory alone: it outlasts signing in, registering and choosing another time, and is gone
 * with the page. It belongs to whoever signs in first after typing it, and to nobody else.
 */
let draft: Draft = BLANK;
let owner: string | null = null;
const listeners = new Set<() => void>();

onSignOut(clearDraft);
onSession(() => {
  const user = currentUser();
  if (!user) return;
  if (owner !== null && owner !== user.id) clearDraft();
  owner = user.id;
});

/** The draft, live. */
export function useDraft(): Draft {
  return useSyncExternalStore(subscribe, () => draft);
}

/** Keeps what was typed. */
export function saveDraft(next: Draft): void {
  draft = next;
  listeners.forEach((listener) => listener());
}

/** Forgets it: booked, or signed out. */
export function clearDraft(): void {
  owner = null;
  saveDraft(BLANK);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
