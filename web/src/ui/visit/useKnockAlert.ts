import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

/**
 * Tells of people who begin to wait, by a sound, in the title of the tab and, where the person allowed it, by the
 * browser's notification, which names nobody: others may look at the screen.
 */
export function useKnockAlert(waiting: string[]): void {
  const { t } = useTranslation('visit');
  const known = useRef(new Set<string>());
  const key = [...waiting].sort().join(' ');
  useEffect(() => {
    const now = new Set(key === '' ? [] : key.split(' '));
    const fresh = [...now].filter((one) => !known.current.has(one));
    known.current = now;
    if (fresh.length > 0) {
      ring();
      if (document.hidden && 'Notification' in window && Notification.permission === 'granted') {
        new Notification(t('knock.notification'), { tag: 'openvisit-knock' });
      }
    }
    if (now.size === 0) return undefined;
    const before = document.title;
    const title = t('knock.tab', { count: now.size });
    document.title = title;
    return () => {
      if (document.title === title) document.title = before;
    };
  }, [key, t]);
}

/** Whether the browser can still be asked for notifications. */
export function canAskForNotifications(): boolean {
  return 'Notification' in window && Notification.permission === 'default';
}

/** Two soft tones. A browser that has heard no click on this page yet stays silent; the title tells it all the same. */
function ring(): void {
  if (!('AudioContext' in window)) return;
  const audio = new AudioContext();
  [660, 880].forEach((frequency, n) => {
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    const at = audio.currentTime + n * 0.22;
    tone.frequency.value = frequency;
    gain.gain.setValueAtTime(0.0001, at);
    gain.gain.exponentialRampToValueAtTime(0.15, at + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.2);
    tone.connect(gain).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.21);
  });
  setTimeout(() => void audio.close(), 1000);
}
