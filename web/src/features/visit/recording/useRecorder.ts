import type { KeyHolder } from '@/api/chats';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { RoomRecording } from '@/api/recordings';
import type { Pins } from '@/ui/chat/pins';
import { type Composed, compose, type Source } from './compose';
import { Recorder } from './recorder';

interface Making {
  recorder: Recorder;
  /** Whether the server has told of it. */
  told: boolean;
  composed: Composed;
}

/**
 * Records what is seen and heard for as long as the server agrees. `state` is how the room stands by its word: as soon
 * as it tells of no recording any more, nothing more is recorded.
 */
export function useRecorder(roomId: string, sources: readonly Source[], state: RoomRecording | undefined) {
  const making = useRef<Making | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const release = useCallback(() => {
    making.current?.composed.stop();
    making.current = null;
  }, []);

  useEffect(() => making.current?.composed.show(sources), [sources]);

  const runs = state?.recording?.id;
  useEffect(() => {
    const { current } = making;
    if (!state || !current) return;
    if (current.recorder.id === runs) current.told = true;
    // What was asked before it began does not know of it yet.
    if (current.recorder.id === runs || !current.told) return;
    current.recorder.obey();
    release();
  }, [state, runs, release]);

  // Whoever leaves the room records nothing more; what was recorded still arrives.
  useEffect(
    () => () => {
      void making.current?.recorder.stop();
      release();
    },
    [release],
  );

  const start = async (receivers: readonly KeyHolder[], pins: Pins) => {
    setBusy(true);
    setError(null);
    const composed = compose();
    composed.show(sources);
    try {
      const recorder = await Recorder.start(roomId, composed.stream, { receivers, pins }, release);
      making.current = { recorder, told: false, composed };
    } catch (failed) {
      composed.stop();
      setError(failed);
    } finally {
      setBusy(false);
    }
  };

  const stop = async () => {
    setBusy(true);
    await making.current?.recorder.stop();
    release();
    setBusy(false);
  };

  return { start, stop, busy, error };
}
