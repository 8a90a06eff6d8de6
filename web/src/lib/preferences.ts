import { useSyncExternalStore } from 'react';

/** How a person wants to see OpenVisit. Kept on this device; language and zone also travel with the account. */
export interface Preferences {
  theme: Theme;
  contrast: Contrast;
  textSize: TextSize;
  language: Language | null;
  /** IANA zone, or null to follow the device. */
  timeZone: string | null;
}

export const THEMES = ['system', 'light', 'dark'] as const;
export const CONTRASTS = ['system', 'normal', 'high'] as const;
export const TEXT_SIZES = [100, 112, 125, 150] as const;
export const LANGUAGES = ['en', 'es'] as const;

export type Theme = (typeof THEMES)[number];
export type Contrast = (typeof CONTRASTS)[number];
export type TextSize = (typeof TEXT_SIZES)[number];
export type Language = (typeof LANGUAGES)[number];

const KEY = 'openvisit.preferences';
const DEFAULTS: Preferences = { theme: 'system', contrast: 'system', textSize: 100, language: null, timeZone: null };

let current = read();
const listeners = new Set<() => void>();

/** The preferences as they are now. */
export function getPreferences(): Preferences {
  return current;
}

/** Changes some preferences, keeps them on this device and tells whoever shows them. */
export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // Storage may be full or forbidden; the choice then lasts until the page is closed.
  }
  listeners.forEach((listener) => listener());
}

/** Calls back at each change; the answer ends it. */
export function onPreferences(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The preferences, live. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(onPreferences, getPreferences);
}

/** The language shown: the chosen one, else the device's, else English. */
export function preferredLanguage(preferences = current): Language {
  if (preferences.language) return preferences.language;
  const spoken = navigator.languages.map((tag) => tag.split('-')[0]);
  return LANGUAGES.find((language) => language === spoken.find((tag) => isOneOf(LANGUAGES, tag))) ?? 'en';
}

/** The zone times are shown in: the chosen one, else the device's. */
export function preferredZone(preferences = current): string {
  return preferences.timeZone ?? deviceZone();
}

/** The zone of this device. */
export function deviceZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Whether the value is one of the list. */
export function isOneOf<T>(list: readonly T[], value: unknown): value is T {
  return list.includes(value as T);
}

function read(): Preferences {
  try {
    const saved = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Record<keyof Preferences, unknown>>;
    return {
      theme: isOneOf(THEMES, saved.theme) ? saved.theme : DEFAULTS.theme,
      contrast: isOneOf(CONTRASTS, saved.contrast) ? saved.contrast : DEFAULTS.contrast,
      textSize: isOneOf(TEXT_SIZES, saved.textSize) ? saved.textSize : DEFAULTS.textSize,
      language: isOneOf(LANGUAGES, saved.language) ? saved.language : null,
      timeZone: typeof saved.timeZone === 'string' && isZone(saved.timeZone) ? saved.timeZone : null,
    };
  } catch {
    return DEFAULTS;
  }
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
