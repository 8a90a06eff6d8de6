import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { savedDevices } from '../check/devices';
import { type Room, useRoom, useRoomFrames } from '../room/room';
import type { Call, CallView } from './engine/call';
import type { MediaServer } from './engine/way';
import { callIn } from './surroundings';
import { putStreams, sameStreams, streamsOf } from './streams';

/** The call of the room that this screen is in: begun when it is shown, ended when it goes. */
export function useCall(server: MediaServer | null): { call: Call | null; view: CallView | null; failed: boolean } {
  const room = useRoom();
  const { roomId, you, participants, signal, online, phase } = room;
  const [call, setCall] = useState<Call | null>(null);
  const [failed, setFailed] = useState(false);
  const participant = you?.participant;
  const peer = you?.peer;
  const guest = useGuest(room);
  const send = useRef(signal);
  useEffect(() => {
    send.current = signal;
  }, [signal]);

  useEffect(() => {
    if (!participant || !peer) return;
    let made: Call | null = null;
    let over = false;
    const entry = { roomId, you: { participant, peer }, devices: savedDevices(), server, ...(guest ? { guest } : {}) };
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
  }, [roomId, participant, peer, guest, server]);

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
  // Whoever only lost the server is still in the call.
  const left = useCallback(
    (frame: { peer: string; why: string }) => {
      if (frame.why !== 'lost') call?.gone(frame.peer);
    },
    [call],
  );
  useRoomFrames('left', left);

  const changed = useCallback(
    ({ what }: { what: string }) => {
      if (what === 'keys') void call?.keysChanged();
    },
    [call],
  );
  useRoomFrames('changed', changed);

  const view = useSyncExternalStore(
    useCallback((listener: () => void) => call?.subscribe(listener) ?? (() => undefined), [call]),
    () => call?.view() ?? null,
  );
  useShownStreams(view, you);
  return { call, view, failed };
}

/** Tells whoever composes a recording who is seen and heard now. */
function useShownStreams(view: CallView | null, you: Room['you']): void {
  const shown = useRef<ReturnType<typeof streamsOf>>([]);
  useEffect(() => {
    const next = view && you ? streamsOf(view, you) : [];
    if (sameStreams(shown.current, next)) return;
    shown.current = next;
    putStreams(next);
  }, [view, you]);
  useEffect(() => () => putStreams([]), []);
}

/** What a guest came by; undefined for who is signed in. */
function useGuest(room: Room): { token: string; fragment: string } | undefined {
  const { token, guestKey } = room as Room & { guestKey?: string | null };
  return useMemo(() => (token && guestKey ? { token, fragment: guestKey } : undefined), [token, guestKey]);
}
