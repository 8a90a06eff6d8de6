import { Button, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Call } from '../call/Call';
import { HeldAt } from '../platforms/HeldAt';
import { RecordingSign } from '../recording/RecordingSign';
import { Knocking } from '../waiting/Knocking';
import { LateButton } from '../waiting/LateButton';
import { NoShow } from '../waiting/NoShow';
import { useRoom } from './room';
import classes from './Room.module.css';
import { Side } from './Side';

/** The visit itself: the call, and beside it what else people do together. */
export function InVisit() {
  const { t } = useTranslation('room');
  const { roomId, host, socket, online, late, participants } = useRoom();
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
        <div className={classes.ways}>
          {host && !patientIn && <LateButton roomId={roomId} who={t('role.patient')} />}
          <Button variant="default" onClick={() => socket.leave()}>
            {t('inside.leave')}
          </Button>
          {host && (
            <Button color="red" onClick={() => socket.send({ type: 'end' })}>
              {t('inside.end')}
            </Button>
          )}
        </div>
      </div>
      <Side />
    </div>
  );
}
