import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { release } from './media';
import { type Probe, probes, type Shown } from './probes';
import { type CheckState, next, type Step, STEPS, UNTRIED } from './steps';

/** The check in hand: its state, what the steps show, and what the person can do. */
export interface Check {
  state: CheckState;
  shown: Partial<Record<Step, Shown>>;
  begin: () => void;
  heard: (yes: boolean) => void;
  retry: (step: Step) => void;
  skip: (step: Step) => void;
}

/** Goes through the steps; what is switched on for one is switched off when the screen is left. */
export function useCheck(servers: () => Promise<RTCIceServer[]>): Check {
  const [state, dispatch] = useReducer(next, UNTRIED);
  const [shown, setShown] = useState<Partial<Record<Step, Shown>>>({});
  const tried = useMemo(() => probes(servers), [servers]);
  const running = useRef<Partial<Record<Step, AbortController>>>({});
  const pictures = useRef(new Set<MediaStream>());

  const tryOut = useCallback((step: Step, run: number, probe: Probe) => {
    running.current[step]?.abort();
    const stop = (running.current[step] = new AbortController());
    const tell = (news: Shown) => {
      if (stop.signal.aborted) return;
      if (news.picture) {
        pictures.current.forEach(release);
        pictures.current = new Set([news.picture]);
      }
      setShown((all) => ({ ...all, [step]: { ...all[step], ...news } }));
    };
    void probe(tell, stop.signal).then((fault) => {
      if (fault === 'ask') dispatch({ type: 'ask', step, run });
      else if (fault) dispatch({ type: 'failed', step, run, fault });
      else dispatch({ type: 'passed', step, run });
    });
  }, []);

  const { at } = state;
  const run = at && state.steps[at].outcome === 'running' ? state.steps[at].run : 0;
  useEffect(() => {
    if (at && run) tryOut(at, run, tried[at]);
  }, [at, run, tried, tryOut]);

  useEffect(() => {
    const inHand = running.current;
    const on = pictures;
    return () => {
      STEPS.forEach((step) => inHand[step]?.abort());
      on.current.forEach(release);
    };
  }, []);

  return {
    state,
    shown,
    begin: () => dispatch({ type: 'begin' }),
    heard: (yes) => {
      const { run: asked } = state.steps.speaker;
      if (yes) dispatch({ type: 'passed', step: 'speaker', run: asked });
      else dispatch({ type: 'failed', step: 'speaker', run: asked, fault: 'not-heard' });
    },
    retry: (step) => dispatch({ type: 'retry', step }),
    skip: (step) => {
      running.current[step]?.abort();
      dispatch({ type: 'skip', step });
    },
  };
}
