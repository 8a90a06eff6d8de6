import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useIsAdmin } from '@/ui/clinic/useClinic';
import { AdminScreen } from '../AdminScreen';
import { ReminderRulesForm } from './ReminderRulesForm';
import { ShortMessages } from './ShortMessages';
import { Words } from './Words';

/** How a clinic reminds, what its short messages may say, and the words of all of them. */
export function MessagesScreen() {
  return <AdminScreen section="messages">{(clinicId) => <ForAdmins key={clinicId} clinicId={clinicId} />}</AdminScreen>;
}

function ForAdmins({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('admin');
  if (!useIsAdmin(clinicId)) return <Text>{t('adminsOnly')}</Text>;
  return (
    <Stack gap="lg" maw="60rem">
      <ReminderRulesForm clinicId={clinicId} />
      <ShortMessages clinicId={clinicId} />
      <Words clinicId={clinicId} />
    </Stack>
  );
}
