import { useState } from 'react';
import type { TaggedSchedule } from '@/api/schedule';
import { type Draft, draftOf, same } from './draft';

interface State {
  /** What the draft was begun from; its tag goes with the save. */
  base: TaggedSchedule;
  draft: Draft;
}

/**
 * The schedule while it is edited. A newer one from the server is taken over when nothing was changed here; otherwise
 * it is only pointed out, so that nobody's typing is lost.
 */
export function useDraft(server: TaggedSchedule) {
  const [state, setState] = useState<State>(() => begin(server));
  const dirty = !same(state.draft, draftOf(state.base.value));
  const newer = server.value.version > state.base.value.version;
  if (newer && !dirty) setState(begin(server));
  return {
    draft: state.draft,
    base: state.base,
    dirty,
    newer: newer && dirty,
    edit: (draft: Draft) => setState((before) => ({ ...before, draft })),
    restart: (from: TaggedSchedule) => setState(begin(from)),
  };
}

function begin(base: TaggedSchedule): State {
  return { base, draft: draftOf(base.value) };
}
