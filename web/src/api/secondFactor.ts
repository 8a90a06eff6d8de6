import type { components } from '@/api/schema';

type FactorDue = components['schemas']['FactorDue'];

let due: FactorDue | null = null;

/** Keeps the ticket of a sign-in that waits for its second factor, in memory alone. */
export function keepDue(given: FactorDue): void {
  due = given;
}

/** The factors that will do, best first; null when no sign-in waits. */
export function factorsDue(): FactorDue['factors'] | null {
  return due?.factors ?? null;
}

/** The ticket; empty when there is none, which the server refuses as run out. */
export function ticketDue(): string {
  return due?.ticket ?? 'none-as-no-sign-in-waits';
}

/** Forgets the ticket: it was used, or the person begins again. */
export function dropDue(): void {
  due = null;
}
