import type { VisitRoom } from '@/api/visitRooms';
import { Loading } from '@/ui/States';
import { Refused } from '../waiting/Refused';
import { Waiting } from '../waiting/Waiting';
import { InVisit } from './InVisit';
import { useRoom } from './room';

/** What a tab shows that has knocked: by where it stands. */
export function Inside({ room }: { room: VisitRoom }) {
  const { phase } = useRoom();
  if (phase === 'connecting') return <Loading />;
  if (phase === 'waiting') return <Waiting room={room} />;
  if (phase === 'admitted') return <InVisit />;
  return <Refused phone={room.phone} />;
}
