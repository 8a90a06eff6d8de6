import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { makeVisitLink, visitRoomQuery, type VisitRoom } from '@/api/visitRooms';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { Closed } from '../waiting/Closed';
import { Inside } from './Inside';
import { RoomProvider } from './RoomProvider';

const route = getRouteApi('/visit/$roomId/');

/** The visit by video: the door, the waiting room, the visit. */
export function RoomScreen() {
  const { t } = useTranslation('room');
  const { roomId } = route.useParams();
  const query = useQuery(visitRoomQuery(roomId));
  return (
    <Screen title={t('title')} width="wide">
      <QueryView query={query}>{(room) => <Door room={room} />}</QueryView>
    </Screen>
  );
}

function Door({ room }: { room: VisitRoom }) {
  const link = useCallback(async () => (await makeVisitLink(room.id)).token, [room.id]);
  if (room.door !== 'open') return <Closed room={room} />;
  return (
    <RoomProvider roomId={room.id} link={link} phone={room.phone ?? null}>
      <Inside provider={room.provider.name} patientId={room.patient.id} />
    </RoomProvider>
  );
}
