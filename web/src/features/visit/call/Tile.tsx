import { ActionIcon } from '@mantine/core';
import { IconMicrophoneOff, IconPhone, IconPin, IconPinFilled, IconShieldCheck, IconShieldQuestion } from '@tabler/icons-react';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { Bars } from './Bars';
import classes from './Call.module.css';
import type { Captions } from './engine/captions';
import type { MemberView } from './engine/member';
import { Picture } from './Picture';

interface TileProps {
  person: MemberView;
  captions: Captions;
  large: boolean;
  speaking: boolean;
  pinned: boolean;
  onPin: (() => void) | null;
}

/** Somebody else: their picture or their initials, and how it goes with them in words. */
export function Tile({ person, captions, large, speaking, pinned, onPin }: TileProps) {
  const { t } = useTranslation('call');
  const { name, sharing, incoming, familiarity, quality, peer, stage } = person;
  const picture = sharing.screen ? incoming?.screen : sharing.camera === 'on' ? incoming?.camera : undefined;
  const state = stateOf(person);
  const onVideo = useCallback((video: HTMLVideoElement) => captions.open(peer, video), [captions, peer]);
  return (
    <figure
      className={classes.tile}
      data-tile
      data-peer={peer}
      data-stage={stage}
      data-large={large || undefined}
      data-speaking={speaking || undefined}
    >
      {picture ? (
        <Picture
          stream={picture}
          label={t(sharing.screen ? 'tile.screen' : 'tile.picture', { name })}
          className={sharing.screen ? classes.whole : undefined}
          onVideo={onVideo}
        />
      ) : (
        <span className={classes.initials} aria-hidden>
          {initials(name)}
        </span>
      )}
      {state && <p className={classes.state}>{t(`tile.${state}`, { name })}</p>}
      <figcaption className={classes.caption}>
        <span className={classes.name}>{name}</span>
        {familiarity === 'compared' ? (
          <IconShieldCheck size={18} role="img" aria-label={t('tile.compared')} />
        ) : familiarity === 'changed' ? (
          <IconShieldQuestion size={18} role="img" aria-label={t('tile.changed')} />
        ) : null}
        {!sharing.microphone && stage === 'connected' && !sharing.phone && (
          <IconMicrophoneOff size={18} role="img" aria-label={t('tile.muted')} />
        )}
        {sharing.phone && <IconPhone size={18} role="img" aria-label={t('tile.phone')} />}
        {stage === 'connected' && <Bars quality={quality} />}
      </figcaption>
      {onPin && (
        <ActionIcon
          className={classes.pin}
          variant="filled"
          color="dark"
          aria-label={t(pinned ? 'tile.unpin' : 'tile.pin', { name })}
          aria-pressed={pinned}
          onClick={onPin}
        >
          {pinned ? <IconPinFilled size={18} aria-hidden /> : <IconPin size={18} aria-hidden />}
        </ActionIcon>
      )}
    </figure>
  );
}

function stateOf({ stage, sharing, step }: MemberView): 'meeting' | 'connecting' | 'broken' | 'onPhone' | 'paused' | 'weak' | null {
  if (stage === 'meeting' || stage === 'connecting' || stage === 'broken') return stage;
  if (sharing.phone) return 'onPhone';
  if (sharing.camera === 'paused') return 'paused';
  return step === 'audio' ? 'weak' : null;
}

/** Two letters that stand for a name. */
export function initials(name: string): string {
  const words = name.split(/\s+/u).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word?.[0]?.toUpperCase() ?? '').join('');
}
