import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { UNREAD_KEY } from '@/api/chats';

/** Says that everything up to a place was read, once it is before the person's eyes: the page shown, the window used. */
export function useReading(place: number, mark: (place: number) => Promise<void>): void {
  const client = useQueryClient();
  const told = useRef(0);
  const seen = useAttention();
  useEffect(() => {
    if (!seen || place <= told.current) return;
    told.current = place;
    mark(place).then(
      () => client.invalidateQueries({ queryKey: UNREAD_KEY }),
      () => (told.current = 0),
    );
  }, [client, place, seen, mark]);
}

function useAttention(): boolean {
  const [seen, setSeen] = useState(document.visibilityState === 'visible');
  useEffect(() => {
    const look = () => setSeen(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return seen;
}
