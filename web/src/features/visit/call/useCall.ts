import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useRoom, useRoomFrames } from '../room/room';
import type { Call, CallView } from './engine/call';
import { callIn } from './surroundings';
import { savedDevices } from './devices';
import { tellStreams } from './streams';

/** The call of the room that this screen is in: begun when it is shown, ended when it goes. */
export function useCall(): { call: Call | null; view: CallView | null; failed: boolean } {
  const room = useRoom();
  const { roomId, you, participants, signal, online, phase } = room;
  const [call, setCall] = useState<Call | null>(null);
  const [failed, setFailed] = useState(false);
  const participant = you?.participant;
  const peer = you?.peer;
  const send = useRef(signal);
  useEffect(() => {
    send.current = signal;
  }, [signal]);

  useEffect(() => {
    if (!participant || !peer) return;
    let made: Call | null = null;
    let over = false;
    const entry = { roomId, you: { participant, peer }, devices: savedDevices() };
    callIn({ ...entry, signal: (to, data) => send.current(to, data) }).then(
      (ready) => {
        if (over) return;
        made = ready;
        setCall(ready);
        ready.start().catch(() => setFailed(true));
      },
      () => setFailed(true),
    );
    return () => {
      over = true;
      made?.leave();
      setCall(null);
    };
  }, [roomId, participant, peer]);

  useEffect(() => {
    call?.there(participants);
  }, [call, participants]);
  useEffect(() => {
    if (online) call?.again();
  }, [call, online]);
  useEffect(() => {
    if (phase === 'ended' || phase === 'removed' || phase === 'replaced') call?.leave();
  }, [call, phase]);
  const hear = useCallback((frame: { from: string; data: unknown }) => void call?.heard(frame.from, frame.data), [call]);
  useRoomFrames('signal', hear);

  const view = useSyncExternalStore(
    useCallback((listener: () => void) => call?.subscribe(listener) ?? (() => undefined), [call]),
    () => call?.view() ?? null,
  );
  const name = you?.name ?? '';
  useEffect(() => {
    tellStreams(view, participant ? { participant, name } : null);
    return () => tellStreams(null, null);
  }, [view, participant, name]);
  return { call, view, failed };
}
