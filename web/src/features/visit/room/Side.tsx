import { Indicator, Tabs } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Unread } from '@/ui/chat/Unread';
import { RoomChat } from '../chat/RoomChat';
import { RecordingPanel } from '../recording/RecordingPanel';
import { useRoomRecording } from '../recording/useRoomRecording';
import { People } from './People';
import { useRoom } from './room';
import classes from './Room.module.css';

/**
 * What goes on beside the picture: conversation, people, recording. On a small window nothing of it is open at first,
 * and a second tap on its tab closes it.
 */
export function Side() {
  const { t } = useTranslation(['room', 'chat', 'recording']);
  const { roomId, you, participants } = useRoom();
  const wide = useMediaQuery('(min-width: 62em)', true, { getInitialValueInEffect: false });
  const [tab, setTab] = useState<string | null>(wide ? 'chat' : null);
  const recording = useRoomRecording();
  const unanswered = recording?.people.some((one) => one.participant === you?.participant && one.answer === null);
  return (
    <Tabs
      component="aside"
      aria-label={t('side.title')}
      className={classes.side}
      value={tab}
      onChange={setTab}
      // What is hidden goes on: the panel of the recording is what records.
      keepMountedMode="display-none"
      allowTabDeactivation={!wide}
    >
      <Tabs.List aria-label={t('side.title')}>
        <Tabs.Tab className={classes.tab} value="chat" rightSection={tab === 'chat' ? null : <Unread roomId={roomId} />}>
          {t('side.chat')}
        </Tabs.Tab>
        <Tabs.Tab className={classes.tab} value="people">
          {t('side.people', { count: participants.length + 1 })}
        </Tabs.Tab>
        {recording?.allowed && (
          <Tabs.Tab className={classes.tab} value="recording">
            <Indicator disabled={!unanswered} offset={-4} size={8}>
              {t('side.recording')}
            </Indicator>
          </Tabs.Tab>
        )}
      </Tabs.List>
      <Tabs.Panel className={classes.panel} value="chat">
        {/* Only while it is seen: what is shown counts as read. */}
        {tab === 'chat' && <RoomChat />}
      </Tabs.Panel>
      <Tabs.Panel className={classes.panel} value="people">
        <People />
      </Tabs.Panel>
      <Tabs.Panel className={classes.panel} value="recording">
        <RecordingPanel />
      </Tabs.Panel>
    </Tabs>
  );
}
