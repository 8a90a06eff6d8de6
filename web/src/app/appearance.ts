import type { MantineColorScheme, MantineColorSchemeManager } from '@mantine/core';
import { getPreferences, onPreferences, setPreferences, type Theme } from '@/lib/preferences';

/** Lets Mantine read and write the theme where all preferences are kept. */
export const schemeManager: MantineColorSchemeManager = watching();

/** Keeps contrast and text size of the page as preferred; public/boot.js does the same before the first paint. */
export function followAppearance(): void {
  const more = window.matchMedia('(prefers-contrast: more)');
  const apply = () => {
    const { contrast, textSize } = getPreferences();
    const high = contrast === 'high' || (contrast === 'system' && more.matches);
    document.documentElement.dataset['contrast'] = high ? 'high' : 'normal';
    document.documentElement.style.fontSize = `${textSize}%`;
  };
  apply();
  onPreferences(apply);
  more.addEventListener('change', apply);
}

function watching(): MantineColorSchemeManager {
  let stop: (() => void) | undefined;
  return {
    get: () => schemeOf(getPreferences().theme),
    set: (value) => {
      // Mantine writes back what it was just told; only a real change goes further.
      if (value !== schemeOf(getPreferences().theme)) setPreferences({ theme: value === 'auto' ? 'system' : value });
    },
    clear: () => setPreferences({ theme: 'system' }),
    subscribe: (update) => {
      stop = onPreferences(() => update(schemeOf(getPreferences().theme)));
    },
    unsubscribe: () => stop?.(),
  };
}

function schemeOf(theme: Theme): MantineColorScheme {
  return theme === 'system' ? 'auto' : theme;
}
