import { Button } from '@mantine/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MemberView } from './engine/member';
import classes from './Call.module.css';

interface SoundsProps {
  people: MemberView[];
  speaker: string | undefined;
}

/** What everybody says. A browser that plays nothing before a click is asked for one. */
export function Sounds({ people, speaker }: SoundsProps) {
  const { t } = useTranslation('call');
  const [silent, setSilent] = useState(0);
  const refused = useCallback(() => setSilent((count) => count + 1), []);
  return (
    <>
      {people.map((one) =>
        one.incoming ? <Sound key={one.peer} stream={one.incoming.audio} speaker={speaker} onRefused={refused} turn={silent} /> : null,
      )}
      {silent > 0 && (
        <Button className={classes.hear} onClick={() => setSilent(0)}>
          {t('hear')}
        </Button>
      )}
    </>
  );
}

interface SoundProps {
  stream: MediaStream;
  speaker: string | undefined;
  turn: number;
  onRefused: () => void;
}

function Sound({ stream, speaker, turn, onRefused }: SoundProps) {
  const audio = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const played = audio.current;
    if (!played) return;
    if (played.srcObject !== stream) played.srcObject = stream;
    played.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError' && turn === 0) onRefused();
    });
  }, [stream, turn, onRefused]);
  useEffect(() => {
    // Unplugged since it was chosen: the usual one stays.
    if (speaker && audio.current && 'setSinkId' in audio.current) audio.current.setSinkId(speaker).catch(() => undefined);
  }, [speaker]);
  return (
    <audio ref={audio} autoPlay>
      <track kind="captions" />
    </audio>
  );
}
