import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Call } from '../call/Call';
import { HeldAt } from '../platforms/HeldAt';
import { RecordingSign } from '../recording/RecordingSign';
import { Knocking } from '../waiting/Knocking';
import { LateButton } from '../waiting/LateButton';
import { NoShow } from '../waiting/NoShow';
import { Leaving } from './Leaving';
import { useRoom } from './room';
import classes from './Room.module.css';
import { Side } from './Side';

/** The visit itself: the call, and beside it what else people do together. */
export function InVisit() {
  const { t } = useTranslation('room');
  const { roomId, host, socket, online, late, participants } = useRoom();
  const [leaving, setLeaving] = useState(false);
  const patientIn = participants.some((one) => one.role === 'patient');
  return (
    <div className={classes.room}>
      <div className={classes.main}>
        <RecordingSign />
        {!online && (
          <Text role="status" c="dimmed">
            {t('inside.reconnecting')}
          </Text>
        )}
        {host && <Knocking />}
        {host && <NoShow />}
        {late && <Text role="status">{t('late.heard', { count: late.minutes, who: t(`role.${late.from}`) })}</Text>}
        <HeldAt>{(server) => <Call server={server} />}</HeldAt>
        {host && !patientIn && <LateButton roomId={roomId} who={t('role.patient')} />}
        {/* Where our own call is shown, its bar has this. */}
        <div className={classes.ways}>
          <Button variant="default" onClick={() => (host ? setLeaving(true) : socket.leave())}>
            {t(host ? 'inside.leaveOrEnd' : 'inside.leave')}
          </Button>
          <Leaving opened={leaving} onClose={() => setLeaving(false)} />
        </div>
      </div>
      <Side />
    </div>
  );
}
