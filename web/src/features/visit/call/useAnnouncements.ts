import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallView } from './engine/call';
import type { MemberView } from './engine/member';

/** What a screen reader says of changes that others see: who comes and goes, mutes, shares, loses the connection. */
export function useAnnouncements(view: CallView): string {
  const { t } = useTranslation('call');
  const [text, setText] = useState('');
  const before = useRef<CallView | null>(null);
  useEffect(() => {
    const said = before.current ? changes(before.current, view) : [];
    before.current = view;
    if (said.length > 0) setText(said.map(([key, name]) => t(`said.${key}`, { name })).join(' '));
  }, [view, t]);
  return text;
}

type Word =
  | 'came'
  | 'left'
  | 'broken'
  | 'back'
  | 'muted'
  | 'unmuted'
  | 'cameraOn'
  | 'cameraOff'
  | 'paused'
  | 'screenOn'
  | 'screenOff'
  | 'phone'
  | 'ownMuted'
  | 'ownUnmuted'
  | 'ownCameraOn'
  | 'ownCameraOff'
  | 'ownScreenOn'
  | 'ownScreenOff';

/** What changed between two looks at a call, as words with whom they are about. */
export function changes(before: CallView, now: CallView): [Word, string][] {
  const said: [Word, string][] = [];
  const own = (was: boolean, is: boolean, on: Word, off: Word) => was !== is && said.push([is ? on : off, '']);
  own(before.own.microphone, now.own.microphone, 'ownUnmuted', 'ownMuted');
  own(before.own.camera !== 'off', now.own.camera !== 'off', 'ownCameraOn', 'ownCameraOff');
  own(before.own.screen, now.own.screen, 'ownScreenOn', 'ownScreenOff');
  for (const person of now.people) {
    const was = before.people.find((one) => one.peer === person.peer);
    said.push(...changesOf(was, person).map((word): [Word, string] => [word, person.name]));
  }
  for (const person of before.people) {
    const gone = !now.people.some((one) => one.peer === person.peer);
    if (gone && person.stage !== 'meeting') said.push(['left', person.name]);
  }
  return said;
}

function changesOf(was: MemberView | undefined, is: MemberView): Word[] {
  if (is.stage === 'connected' && was?.stage !== 'connected') return [was?.stage === 'broken' ? 'back' : 'came'];
  if (was?.stage === 'connected' && is.stage === 'broken') return ['broken'];
  if (was?.stage !== 'connected' || is.stage !== 'connected') return [];
  const said: Word[] = [];
  if (was.sharing.phone !== is.sharing.phone && is.sharing.phone) return ['phone'];
  if (was.sharing.microphone !== is.sharing.microphone) said.push(is.sharing.microphone ? 'unmuted' : 'muted');
  if (was.sharing.camera !== is.sharing.camera) {
    said.push(is.sharing.camera === 'on' ? 'cameraOn' : is.sharing.camera === 'off' ? 'cameraOff' : 'paused');
  }
  if (was.sharing.screen !== is.sharing.screen) said.push(is.sharing.screen ? 'screenOn' : 'screenOff');
  return said;
}
