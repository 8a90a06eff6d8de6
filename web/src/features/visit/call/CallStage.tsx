import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Announcer } from '@/ui/Announcer';
import { Leaving } from '../room/Leaving';
import { useRoom } from '../room/room';
import { CallBar } from './CallBar';
import classes from './Call.module.css';
import { CodeDialog } from './CodeDialog';
import { DevicesDialog } from './DevicesDialog';
import type { Call, CallView } from './engine/call';
import { HelpDialog } from './HelpDialog';
import { PhoneDialog } from './PhoneDialog';
import { PhoneNote } from './PhoneNote';
import { SelfView } from './SelfView';
import { Sounds } from './Sounds';
import { Tile } from './Tile';
import { useAnnouncements } from './useAnnouncements';
import { useShortcuts } from './useShortcuts';
import { useSpeaker } from './useSpeaker';

export type Panel = 'code' | 'devices' | 'help' | 'phone' | 'leaving';

/** Everybody's pictures, the own one, and what can be done. */
export function CallStage({ call, view }: { call: Call; view: CallView }) {
  const { t } = useTranslation('call');
  const { you, host, socket } = useRoom();
  const [layout, setLayout] = useState<'speaker' | 'grid'>('speaker');
  const [panel, setPanel] = useState<Panel | null>(null);
  const [pinned, setPinned] = useState<string | null>(null);
  const stage = useRef<HTMLElement>(null);
  const speaker = useSpeaker(call, view);
  const announced = useAnnouncements(view);
  const shown = view.people.find((one) => one.sharing.screen)?.peer ?? pinned ?? speaker ?? view.people[0]?.peer;
  const grid = layout === 'grid' && !view.people.some((one) => one.sharing.screen);
  const acts = {
    microphone: () => call.media.setMicrophone(!view.own.microphone),
    camera: () => void call.media.setCamera(view.own.camera === 'off'),
    screen: () => (view.own.screen ? call.media.stopScreen() : void call.media.shareScreen()),
    layout: () => setLayout(layout === 'grid' ? 'speaker' : 'grid'),
    picture: () => void pictureInPicture(stage.current),
    code: () => setPanel(view.endToEnd ? 'code' : panel),
    help: () => setPanel('help'),
  };
  useShortcuts(acts);
  useEffect(() => keepAwake(), []);

  return (
    <section ref={stage} className={classes.stage} aria-label={t('title')} data-call data-phase={view.phase}>
      <Announcer text={announced} />
      {onPhone(view) && <PhoneNote view={view} />}
      {view.people.length === 0 && <p className={classes.alone}>{t('alone')}</p>}
      <div className={classes.tiles} data-layout={grid ? 'grid' : 'speaker'} data-count={view.people.length}>
        {view.people.map((one) => (
          <Tile
            key={one.peer}
            person={one}
            captions={view.captions}
            large={!grid && one.peer === shown}
            speaking={one.peer === speaker && view.people.length > 1}
            onPin={view.people.length > 1 ? () => setPinned(pinned === one.peer ? null : one.peer) : null}
            pinned={pinned === one.peer}
          />
        ))}
      </div>
      <SelfView view={view} name={you?.name ?? ''} />
      <Sounds people={view.people} speaker={view.own.devices.speaker} />
      <CallBar view={view} layout={layout} acts={acts} onPanel={setPanel} onLeave={() => (host ? setPanel('leaving') : socket.leave())} />
      <Leaving opened={panel === 'leaving'} phoned={onPhone(view)} onClose={() => setPanel(null)} />
      <CodeDialog call={call} view={view} opened={panel === 'code'} onClose={() => setPanel(null)} />
      <DevicesDialog call={call} view={view} opened={panel === 'devices'} onClose={() => setPanel(null)} />
      <PhoneDialog call={call} view={view} opened={panel === 'phone'} onClose={() => setPanel(null)} />
      <HelpDialog opened={panel === 'help'} onClose={() => setPanel(null)} />
    </section>
  );
}

function onPhone({ own, people }: CallView): boolean {
  return own.phone || people.some(({ sharing }) => sharing.phone);
}

/** Takes the large picture out of the page, or puts it back. */
async function pictureInPicture(stage: HTMLElement | null): Promise<void> {
  if (document.pictureInPictureElement) {
    await document.exitPictureInPicture();
    return;
  }
  const video = stage?.querySelector<HTMLVideoElement>('[data-large] video') ?? stage?.querySelector('video');
  // Refused while there is no picture yet.
  await video?.requestPictureInPicture().catch(() => undefined);
}

/** Keeps the screen from going dark while nobody touches it. */
function keepAwake(): () => void {
  if (!('wakeLock' in navigator)) return () => undefined;
  let lock: WakeLockSentinel | null = null;
  let over = false;
  const ask = () => {
    if (document.visibilityState !== 'visible' || over) return;
    navigator.wakeLock.request('screen').then(
      (given) => {
        lock = given;
        if (over) void given.release();
      },
      () => undefined, // a battery that is low
    );
  };
  ask();
  document.addEventListener('visibilitychange', ask);
  return () => {
    over = true;
    document.removeEventListener('visibilitychange', ask);
    void lock?.release();
  };
}
