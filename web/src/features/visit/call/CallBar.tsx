import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import {
  IconDots,
  IconHelp,
  IconLayoutGrid,
  IconLayoutSidebar,
  IconMicrophone,
  IconMicrophoneOff,
  IconPhone,
  IconPhoneOff,
  IconPictureInPicture,
  IconScreenShare,
  IconScreenShareOff,
  IconSettings,
  IconShieldCheck,
  IconVideo,
  IconVideoOff,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Call.module.css';
import type { Panel } from './CallStage';
import type { CallView } from './engine/call';
import { Timer } from './Timer';
import type { Acts } from './useShortcuts';

interface CallBarProps {
  view: CallView;
  layout: 'speaker' | 'grid';
  acts: Acts;
  onPanel: (panel: Panel) => void;
  onLeave: () => void;
}

/** What can be done in a call. The three that are needed most come first and are the largest. */
export function CallBar({ view, layout, acts, onPanel, onLeave }: CallBarProps) {
  const { t } = useTranslation('call');
  const { own } = view;
  const problem = own.problems.microphone ?? own.problems.camera;
  const canShare = 'mediaDevices' in navigator && 'getDisplayMedia' in navigator.mediaDevices;
  return (
    <div className={classes.bar}>
      {problem && (
        <p className={classes.problem} role="alert">
          {t(`problem.${own.problems.microphone ? 'microphone' : 'camera'}.${problem}`)}
        </p>
      )}
      <Timer since={view.since} />
      <div className={classes.acts} role="toolbar" aria-label={t('bar')}>
        <Act
          name={t(own.microphone ? 'act.mute' : 'act.unmute')}
          keys="Alt+A"
          off={!own.microphone}
          onAct={acts.microphone}
        >
          {own.microphone ? <IconMicrophone aria-hidden /> : <IconMicrophoneOff aria-hidden />}
        </Act>
        <Act
          name={t(own.camera === 'off' ? 'act.cameraOn' : 'act.cameraOff')}
          keys="Alt+V"
          off={own.camera === 'off'}
          onAct={acts.camera}
        >
          {own.camera === 'off' ? <IconVideoOff aria-hidden /> : <IconVideo aria-hidden />}
        </Act>
        {canShare && (
          <Act name={t(own.screen ? 'act.screenOff' : 'act.screenOn')} keys="Alt+S" on={own.screen} onAct={acts.screen}>
            {own.screen ? <IconScreenShareOff aria-hidden /> : <IconScreenShare aria-hidden />}
          </Act>
        )}
        {view.endToEnd && (
          <Act name={t('act.code')} keys="Alt+C" onAct={acts.code}>
            <IconShieldCheck aria-hidden />
          </Act>
        )}
        <Menu position="top-end" withinPortal>
          <Menu.Target>
            <ActionIcon className={classes.act} size={48} radius="xl" variant="default" aria-label={t('act.more')}>
              <IconDots aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconSettings size={18} aria-hidden />} onClick={() => onPanel('devices')}>
              {t('act.devices')}
            </Menu.Item>
            <Menu.Item
              leftSection={
                layout === 'grid' ? <IconLayoutSidebar size={18} aria-hidden /> : <IconLayoutGrid size={18} aria-hidden />
              }
              onClick={acts.layout}
            >
              {t(layout === 'grid' ? 'act.speaker' : 'act.grid')}
            </Menu.Item>
            {document.pictureInPictureEnabled && (
              <Menu.Item leftSection={<IconPictureInPicture size={18} aria-hidden />} onClick={acts.picture}>
                {t('act.picture')}
              </Menu.Item>
            )}
            <Menu.Item leftSection={<IconPhone size={18} aria-hidden />} onClick={() => onPanel('phone')}>
              {t(own.phone ? 'act.back' : 'act.phone')}
            </Menu.Item>
            <Menu.Item leftSection={<IconHelp size={18} aria-hidden />} onClick={acts.help}>
              {t('act.help')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <Tooltip label={t('leave')}>
          <ActionIcon className={classes.act} size={48} radius="xl" color="red" aria-label={t('leave')} onClick={onLeave}>
            <IconPhoneOff aria-hidden />
          </ActionIcon>
        </Tooltip>
      </div>
    </div>
  );
}

interface ActProps {
  name: string;
  keys: string;
  /** Something that is off, and shown so. */
  off?: boolean;
  on?: boolean;
  onAct: () => void;
  children: ReactNode;
}

function Act({ name, keys, off = false, on = false, onAct, children }: ActProps) {
  return (
    <Tooltip label={`${name} (${keys})`}>
      <ActionIcon
        className={classes.act}
        size={48}
        radius="xl"
        variant={off || on ? 'filled' : 'default'}
        color={off ? 'red' : undefined}
        aria-label={name}
        aria-keyshortcuts={keys}
        onClick={onAct}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
