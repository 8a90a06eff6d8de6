import { Stack } from '@mantine/core';
import { useIsAdmin, useWorksAs } from '@/ui/clinic/useClinic';
import { AdminScreen } from '../AdminScreen';
import { CallQuality } from './CallQuality';
import { Choices } from './Choices';
import { RoomRules } from './RoomRules';

/** Where a clinic holds its video visits, and how good its calls were. */
export function VideoScreen() {
  return <AdminScreen section="video">{(clinicId) => <Sections clinicId={clinicId} />}</AdminScreen>;
}

function Sections({ clinicId }: { clinicId: string }) {
  const admin = useIsAdmin(clinicId);
  const analyst = useWorksAs(clinicId, 'analytics');
  return (
    <Stack gap="lg">
      {admin && <Choices clinicId={clinicId} />}
      {admin && <RoomRules clinicId={clinicId} />}
      {analyst && <CallQuality clinicId={clinicId} />}
    </Stack>
  );
}
