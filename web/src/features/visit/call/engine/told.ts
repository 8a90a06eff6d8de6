/** What somebody shares now. `paused` is a camera that a weak connection has no room for. */
export interface Sharing {
  microphone: boolean;
  camera: 'on' | 'off' | 'paused';
  screen: boolean;
  /** They went on by telephone. */
  phone: boolean;
}

/** What one side lets the other know beside sound and picture, end to end, over a channel of their own. */
export type Told = { kind: 'state'; state: Sharing } | { kind: 'bye' };

const CAMERAS: readonly unknown[] = ['on', 'off', 'paused'];

/** What came over the channel, when it has the shape of it. */
export function asTold(data: unknown): Told | null {
  const said = parsed(data);
  if (said?.['kind'] === 'bye') return { kind: 'bye' };
  const state = said?.['state'];
  if (said?.['kind'] !== 'state' || typeof state !== 'object' || state === null) return null;
  const { microphone, camera, screen, phone } = state as Partial<Sharing>;
  if (!CAMERAS.includes(camera) || camera === undefined) return null;
  return {
    kind: 'state',
    state: { microphone: microphone === true, camera, screen: screen === true, phone: phone === true },
  };
}

function parsed(data: unknown): Record<string, unknown> | null {
  try {
    const said: unknown = typeof data === 'string' ? JSON.parse(data) : null;
    return typeof said === 'object' && said !== null ? (said as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
