import { useEffect, useRef } from 'react';

interface PictureProps {
  stream: MediaStream;
  label: string;
  className?: string | undefined;
  /** Hears of the element once it is shown; what it answers is called when that goes. Should be stable. */
  onVideo?: ((video: HTMLVideoElement) => () => void) | undefined;
}

/** A moving picture without its sound, which `Sounds` plays. The place of captions is kept open beside it. */
export function Picture({ stream, label, className, onVideo }: PictureProps) {
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
  useEffect(() => (video.current ? onVideo?.(video.current) : undefined), [onVideo]);
  return (
    <video ref={video} className={className} aria-label={label} muted playsInline autoPlay>
      <track kind="captions" />
    </video>
  );
}
