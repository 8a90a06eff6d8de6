import { useEffect, useRef } from 'react';

/** What keys and buttons do in a call. */
export interface Acts {
  microphone: () => void;
  camera: () => void;
  screen: () => void;
  layout: () => void;
  picture: () => void;
  code: () => void;
  help: () => void;
}

/** Each with Alt: a letter alone would be spoken for by screen readers and speech input (WCAG 2.1.4). */
export const SHORTCUTS: readonly (readonly [string, keyof Acts])[] = [
  ['A', 'microphone'],
  ['V', 'camera'],
  ['S', 'screen'],
  ['L', 'layout'],
  ['P', 'picture'],
  ['C', 'code'],
  ['H', 'help'],
];

/** Listens to the keys while a call is shown. By place on the keyboard: Alt changes what some letters are. */
export function useShortcuts(acts: Acts): void {
  const latest = useRef(acts);
  useEffect(() => {
    latest.current = acts;
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.repeat) return;
      const found = SHORTCUTS.find(([letter]) => event.code === `Key${letter}`);
      if (!found) return;
      event.preventDefault();
      latest.current[found[1]]();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
}
