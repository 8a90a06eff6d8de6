import { createContext, useContext, useEffect, useSyncExternalStore } from 'react';
import type { ServerFrame } from './frames';
import type { RoomSocket } from './RoomSocket';
import type { RoomState } from './state';

export const RoomContext = createContext<RoomSocket | null>(null);

/** The clinic's number for when video fails. */
export const PhoneContext = createContext<string | null>(null);

export interface Room extends RoomState {
  roomId: string;
  /** This tab's peer. */
  peer: string;
  /** The token of this tab's link into the room. */
  token: string | null;
  /** A guest's private key, from the fragment of their link. */
  guestKey: string | null;
  socket: RoomSocket;
  /** Passes data on to another peer in the room; the server does not look at it. */
  signal: (to: string, data: unknown) => void;
  /** Whether this person lets others in. */
  host: boolean;
  /** The clinic's number for when video fails. */
  phone: string | null;
}

/** The room that this screen is in. */
export function useRoom(): Room {
  const socket = useContext(RoomContext);
  if (!socket) throw new Error('useRoom needs a RoomProvider');
  const phone = useContext(PhoneContext);
  const state = useSyncExternalStore(socket.watch, socket.snapshot);
  return {
    ...state,
    roomId: socket.roomId,
    peer: socket.peer,
    token: socket.token,
    guestKey: socket.guestKey,
    socket,
    signal: (to, data) => socket.send({ type: 'signal', to, data }),
    host: state.you?.role === 'provider' || state.you?.role === 'staff',
    phone,
  };
}

/** While the component is shown, hears frames of one type. `listener` should be stable. */
export function useRoomFrames<T extends ServerFrame['type']>(
  type: T,
  listener: (frame: Extract<ServerFrame, { type: T }>) => void,
): void {
  const { socket } = useRoom();
  useEffect(() => socket.on(type, listener), [socket, type, listener]);
}
