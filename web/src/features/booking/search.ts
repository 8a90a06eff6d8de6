import { MODES, type Mode } from '@/api/types';
import { oneOf, present, type RawSearch, text } from '@/lib/search';

/** The slot being booked, and how far the person has come. Nothing about the person stands in the address. */
export interface BookSearch {
  provider?: string;
  type?: string;
  mode?: Mode;
  start?: string;
  location?: string;
  step?: 'review';
}

/** What the booking screen takes from the address bar. */
export function bookSearch(raw: RawSearch): BookSearch {
  const start = text(raw, 'start');
  return present({
    provider: text(raw, 'provider'),
    type: text(raw, 'type'),
    mode: oneOf(raw, 'mode', MODES),
    start: start && !Number.isNaN(Date.parse(start)) ? start : undefined,
    location: text(raw, 'location'),
    step: oneOf(raw, 'step', ['review'] as const),
  });
}

/** A slot that is named in full. */
export interface ChosenSlot {
  provider: string;
  type: string;
  mode: Mode;
  start: string;
  location?: string | undefined;
}

/** The slot of the address, or null when a part of it is missing. */
export function chosenSlot({ provider, type, mode, start, location }: BookSearch): ChosenSlot | null {
  return provider && type && mode && start ? { provider, type, mode, start, location } : null;
}
