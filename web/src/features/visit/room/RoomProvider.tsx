import { type ReactNode, useEffect, useState } from 'react';
import { PhoneContext, RoomContext } from './room';
import { RoomSocket } from './RoomSocket';

interface RoomProviderProps {
  roomId: string;
  /** Gives the token of a link into the room. */
  link: (again: boolean) => Promise<string>;
  /** A guest's private key, from the fragment of their link. */
  guestKey?: string | null;
  /** The clinic's number for when video fails. */
  phone: string | null;
  children: ReactNode;
}

/** Keeps one socket to the room open while its children are shown. */
export function RoomProvider({ roomId, link, guestKey = null, phone, children }: RoomProviderProps) {
  const [socket] = useState(() => new RoomSocket(roomId, link, guestKey));
  useEffect(() => {
    socket.start();
    return () => socket.stop();
  }, [socket]);
  return (
    <RoomContext value={socket}>
      <PhoneContext value={phone}>{children}</PhoneContext>
    </RoomContext>
  );
}
