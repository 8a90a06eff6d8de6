import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Call.module.css';

/** How long the call has lasted. Not said aloud at every second. */
export function Timer({ since }: { since: number | null }) {
  const { t } = useTranslation('call');
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (since === null) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [since]);
  if (since === null) return <span className={classes.timer} />;
  return (
    <span className={classes.timer} role="timer" aria-live="off" aria-label={t('timer')}>
      {lasted(Math.max(0, now - since))}
    </span>
  );
}

/** `4:07`, or `1:04:07`. */
export function lasted(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
