import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useReducer, useRef } from 'react';
import { notesQuery, saveNotes, type VisitNotes } from '@/api/after';
import { hasCode } from '@/api/errors';
import { begun, draftReducer, type DraftState, unsaved } from './draft';

const PAUSE_MS = 800;
const AGAIN_MS = 5_000;

/** A draft that is saved a moment after typing has stopped, and once more on leaving the page. */
export function useDraft(visitId: string, notes: VisitNotes) {
  const client = useQueryClient();
  const [state, dispatch] = useReducer(draftReducer, notes, begun);
  const latest = useRef<DraftState>(state);
  useEffect(() => {
    latest.current = state;
  });

  const save = useCallback(async (): Promise<number | null> => {
    const { texts, version } = latest.current;
    dispatch({ type: 'saving' });
    try {
      const found = await saveNotes(visitId, version, texts);
      client.setQueryData(notesQuery(visitId).queryKey, found);
      dispatch({ type: 'saved', texts, version: found.version });
      return found.version;
    } catch (error) {
      if (hasCode(error, 'version_mismatch', 'notes_finished')) {
        const theirs = await client.query({ ...notesQuery(visitId), staleTime: 0 }).catch(() => null);
        if (theirs) dispatch({ type: 'conflict', theirs });
        else dispatch({ type: 'failed' });
      } else dispatch({ type: 'failed' });
      return null;
    }
  }, [client, visitId]);

  const waiting = unsaved(state) && state.theirs === null && state.phase !== 'saving';
  useEffect(() => {
    if (!waiting) return;
    const timer = setTimeout(() => void save(), state.phase === 'failed' ? AGAIN_MS : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [waiting, state.texts, state.phase, save]);

  useEffect(() => {
    const leave = () => {
      const { texts, version, phase, theirs } = latest.current;
      if (unsaved(latest.current) && phase !== 'saving' && theirs === null) {
        void saveNotes(visitId, version, texts).catch(() => undefined);
      }
    };
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      leave();
    };
  }, [visitId]);

  return { state, dispatch, save };
}
