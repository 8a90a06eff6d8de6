import { savedDevices, wanted } from './devices';
import { canCall, followLevel, mediaFault, playTone, release } from './media';
import { measureNetwork, type NetworkMeasures, networkFault } from './network';
import type { Fault, Step } from './steps';

/** What a step shows while and after it is tried. */
export interface Shown {
  picture?: MediaStream | null;
  level?: number;
  network?: NetworkMeasures;
}

/** Tries a step. Null: it passed; `ask`: the person has to say. */
export type Probe = (tell: (shown: Shown) => void, stopped: AbortSignal) => Promise<Fault | 'ask' | null>;

/** Above this a voice was heard, not the noise of the room (about -42 dB). */
const HEARD = 0.3;
const LISTEN_MS = 15_000;

/** How each step is tried in this browser; `servers` brings the ICE servers that calls use. */
export function probes(servers: () => Promise<RTCIceServer[]>): Record<Step, Probe> {
  return {
    browser: () => Promise.resolve(canCall() ? null : 'old-browser'),
    secure: () => Promise.resolve(window.isSecureContext && 'mediaDevices' in navigator ? null : 'insecure'),
    camera: async (tell, stopped) => {
      try {
        const picture = await navigator.mediaDevices.getUserMedia({ video: wanted(savedDevices().camera) });
        if (stopped.aborted) release(picture);
        else tell({ picture });
        return null;
      } catch (error) {
        return mediaFault(error);
      }
    },
    microphone: async (tell, stopped) => {
      try {
        return await hear(tell, stopped);
      } catch (error) {
        return mediaFault(error);
      }
    },
    speaker: async () => {
      try {
        await playTone(savedDevices().speaker);
        return 'ask';
      } catch {
        return 'no-sound';
      }
    },
    network: async (tell, stopped) => {
      try {
        const network = await measureNetwork(await servers(), stopped);
        tell({ network });
        return networkFault(network);
      } catch {
        return navigator.onLine ? 'broken' : 'offline';
      }
    },
  };
}

/** Listens until somebody speaks; goes on to follow the level for as long as the step is shown. */
async function hear(tell: (shown: Shown) => void, stopped: AbortSignal): Promise<Fault | null> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: wanted(savedDevices().microphone) });
  return new Promise((end) => {
    const unfollow = followLevel(stream, (level) => {
      tell({ level });
      if (level >= HEARD) end(null);
    });
    const patience = setTimeout(() => end('silent'), LISTEN_MS);
    const leave = () => {
      clearTimeout(patience);
      unfollow();
      release(stream);
      end('silent');
    };
    if (stopped.aborted) leave();
    else stopped.addEventListener('abort', leave, { once: true });
  });
}
