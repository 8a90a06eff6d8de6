import { createFileRoute } from '@tanstack/react-router';
import { visitRoomQuery } from '@/api/visitRooms';
import { requireUser } from '@/app/guard';
import { warm } from '@/app/warm';
import { RoomScreen } from '@/features/visit/room/RoomScreen';

export const Route = createFileRoute('/visit/$roomId/')({
  beforeLoad: (context) => void requireUser(context),
  loader: ({ context, params }) => warm(context.queryClient.query(visitRoomQuery(params.roomId))),
  component: RoomScreen,
});
