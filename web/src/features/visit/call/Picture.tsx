import { useEffect, useRef } from 'react';

interface PictureProps {
  stream: MediaStream;
  label: string;
  className?: string | undefined;
}

/** A moving picture without its sound, which `Sounds` plays. The place of captions is kept open beside it. */
export function Picture({ stream, label, className }: PictureProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const shown = video.current;
    if (!shown) return;
    shown.srcObject = stream;
    shown.play().catch(() => undefined); // taken away meanwhile
    return () => {
      shown.srcObject = null;
    };
  }, [stream]);
  return (
    <video ref={video} className={className} aria-label={label} muted playsInline autoPlay>
      <track kind="captions" />
    </video>
  );
}
