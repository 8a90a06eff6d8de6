import { useEffect, useRef, useState } from 'react';
import type { Call, CallView } from './engine/call';
import { nextSpeaking, NOBODY } from './engine/speaker';

const OFTEN_MS = 250;

/** Who speaks, where there are several who could. */
export function useSpeaker(call: Call, view: CallView): string | null {
  const [speaker, setSpeaker] = useState<string | null>(null);
  const now = useRef(NOBODY);
  const several = view.people.length > 1;
  useEffect(() => {
    if (!several) return;
    const timer = setInterval(() => {
      now.current = nextSpeaking(now.current, call.levels(), performance.now());
      setSpeaker(now.current.peer);
    }, OFTEN_MS);
    return () => clearInterval(timer);
  }, [call, several]);
  return several ? speaker : null;
}
