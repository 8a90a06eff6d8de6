import type { VisitNotes } from '@/api/after';

export interface Texts {
  notes: string;
  summary: string;
}

/** Where a draft stands: `theirs` is what somebody else has saved since it was read. */
export interface DraftState {
  texts: Texts;
  saved: Texts;
  version: number;
  phase: 'still' | 'saving' | 'failed';
  theirs: VisitNotes | null;
}

export type DraftEvent =
  | { type: 'typed'; texts: Partial<Texts> }
  | { type: 'saving' }
  | { type: 'saved'; texts: Texts; version: number }
  | { type: 'failed' }
  | { type: 'conflict'; theirs: VisitNotes }
  | { type: 'keepMine' }
  | { type: 'takeTheirs' };

export function begun(notes: VisitNotes): DraftState {
  const texts = { notes: notes.notes, summary: notes.summary };
  return { texts, saved: texts, version: notes.version, phase: 'still', theirs: null };
}

/** What happens to a draft. Nothing typed is ever lost without a choice made by whoever typed it. */
export function draftReducer(state: DraftState, event: DraftEvent): DraftState {
  switch (event.type) {
    case 'typed':
      return { ...state, texts: { ...state.texts, ...event.texts } };
    case 'saving':
      return { ...state, phase: 'saving' };
    case 'saved':
      return { ...state, saved: event.texts, version: event.version, phase: 'still' };
    case 'failed':
      return { ...state, phase: 'failed' };
    case 'conflict':
      // The same words from another tab are no conflict.
      return same(event.theirs, state.texts)
        ? begun(event.theirs)
        : { ...state, phase: 'still', theirs: event.theirs };
    case 'keepMine':
      return state.theirs ? { ...state, version: state.theirs.version, saved: textsOf(state.theirs), theirs: null } : state;
    case 'takeTheirs':
      return state.theirs ? begun(state.theirs) : state;
  }
}

/** Whether there is something typed that is not saved. */
export function unsaved(state: DraftState): boolean {
  return !same(state.texts, state.saved);
}

function textsOf({ notes, summary }: Texts): Texts {
  return { notes, summary };
}

function same(first: Texts, second: Texts): boolean {
  return first.notes === second.notes && first.summary === second.summary;
}
