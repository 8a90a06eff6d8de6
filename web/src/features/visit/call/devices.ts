import type { Devices } from './engine/media';

const KEY = 'openvisit.call-devices';

/** The devices that somebody chose in this browser. */
export function savedDevices(): Devices {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Devices;
  } catch {
    return {};
  }
}

/** Keeps the choice for the next call. */
export function saveDevices(devices: Devices): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(devices));
  } catch {
    // A window that keeps nothing asks again.
  }
}
