import { Badge } from '@mantine/core';
import { IconPlayerRecordFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useRoomRecording } from './useRoomRecording';

/** Says to everybody in the room, for as long as it is so, that the visit is being recorded. */
export function RecordingSign() {
  const { t } = useTranslation('recording');
  const state = useRoomRecording();
  return (
    <div role="status">
      {state?.recording && (
        <Badge
          color="red"
          size="lg"
          variant="filled"
          style={{ position: 'sticky', top: 8, zIndex: 3 }}
          data-recording-sign
          leftSection={<IconPlayerRecordFilled size={14} aria-hidden="true" />}
        >
          {t('sign')}
        </Badge>
      )}
    </div>
  );
}
