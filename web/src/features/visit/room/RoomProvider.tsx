import { type ReactNode, useEffect, useState } from 'react';
import { RoomContext } from './room';
import { RoomSocket } from './RoomSocket';

interface RoomProviderProps {
  roomId: string;
  /** Gives the token of a link into the room. */
  link: (again: boolean) => Promise<string>;
  children: ReactNode;
}

/** Keeps one socket to the room open while its children are shown. */
export function RoomProvider({ roomId, link, children }: RoomProviderProps) {
  const [socket] = useState(() => new RoomSocket(roomId, link));
  useEffect(() => {
    socket.start();
    return () => socket.stop();
  }, [socket]);
  return <RoomContext value={socket}>{children}</RoomContext>;
}
