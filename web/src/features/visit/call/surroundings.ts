import { registeredKey } from '@/api/deviceKeys';
import { roomKeys, waysThrough } from '@/api/call';
import type { SigningKey } from '@/lib/e2e/signing';
import { Call } from './engine/call';
import type { Devices } from './engine/media';
import type { Signal } from './engine/signals';

export interface Entry {
  roomId: string;
  you: { participant: string; peer: string };
  /** A guest's own key, from the fragment of their link; everybody else has one that is registered. */
  guestKey?: SigningKey;
  devices: Devices;
  signal: (to: string, signal: Signal) => void;
}

/** Puts a call into its room: which keys speak for whom, and the ways through the network, are asked of the server. */
export async function callIn({ roomId, you, guestKey, devices, signal }: Entry): Promise<Call> {
  const key = guestKey ?? (await registeredKey(you.participant.replace('person:', '')));
  const { revision } = await roomKeys(roomId);
  return new Call({
    place: { room: roomId, revision },
    you,
    key,
    devices,
    send: signal,
    keysOf: async (participant) => {
      const { participants } = await roomKeys(roomId);
      return participants.find((one) => one.participant === participant)?.public_keys ?? [];
    },
    ice: async () => {
      const ways = await waysThrough(roomId);
      return { iceServers: ways.ice_servers.map(asServer), iceTransportPolicy: ways.ice_transport_policy };
    },
  });
}

function asServer({ urls, username, credential }: { urls: string[]; username?: string | null; credential?: string | null }): RTCIceServer {
  return username && credential ? { urls, username, credential } : { urls };
}

