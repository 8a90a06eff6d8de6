/** The devices chosen for calls on this device, by the ids that the browser gives this site. */
export interface SavedDevices {
  camera?: string;
  microphone?: string;
  speaker?: string;
}

const KEY = 'openvisit.devices';

/** The devices that the person chose; nothing where they chose none. Never leaves this browser. */
export function savedDevices(): SavedDevices {
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    if (typeof saved !== 'object' || saved === null) return {};
    const known = Object.entries(saved).filter(([kind, id]) => KINDS.includes(kind) && typeof id === 'string' && id);
    return Object.fromEntries(known);
  } catch {
    return {};
  }
}

/** Keeps the choice for the next call. */
export function saveDevices(change: SavedDevices): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...savedDevices(), ...change }));
  } catch {
    // Storage may be full or forbidden; the choice then lasts until the page is closed.
  }
}

/** What to ask the browser for: the chosen device where it is still there, else any. */
export function wanted(id: string | undefined): { deviceId?: ConstrainDOMString } {
  return id ? { deviceId: { ideal: id } } : {};
}

const KINDS = ['camera', 'microphone', 'speaker'];
