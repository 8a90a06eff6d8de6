import { createContext, use } from 'react';
import type { Provider } from '@/api/types';
import type { Draft } from './draft';
import type { Faults } from './faults';

interface Editing {
  draft: Draft;
  faults: Faults;
  provider: Provider;
  change: (draft: Draft) => void;
}

/** The schedule that is being edited, for the parts of the editor. */
export const EditingContext = createContext<Editing | null>(null);

export function useEditing(): Editing {
  const editing = use(EditingContext);
  if (!editing) throw new Error('useEditing is only for the parts of the editor.');
  return editing;
}
