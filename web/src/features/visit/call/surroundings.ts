import { registeredKey } from '@/api/deviceKeys';
import { roomKeys, tellQuality, waysThrough } from '@/api/call';
import { wayIn } from '@/api/platforms';
import { guestSigningKey } from '@/lib/e2e/signing';
import { Call } from './engine/call';
import type { Devices } from './engine/media';
import type { Entrance } from './engine/server/throughServer';
import type { Signal } from './engine/signals';
import { directWay, type MediaServer, type Way } from './engine/way';

export interface Entry {
  roomId: string;
  you: { participant: string; peer: string };
  /** A guest's link: the token it is known by, and the fragment with their key. Everybody else has a registered one. */
  guest?: { token: string; fragment: string };
  devices: Devices;
  /** The media server that the visit is held at; without one, media go from browser to browser. */
  server: MediaServer | null;
  signal: (to: string, signal: Signal) => void;
}

/** Puts a call into its room: which keys speak for whom, and the ways through the network, are asked of the server. */
export async function callIn({ roomId, you, guest, devices, server, signal }: Entry): Promise<Call> {
  const key = guest ? await guestSigningKey(guest.fragment) : await registeredKey(you.participant.replace('person:', ''));
  const { revision } = await roomKeys(roomId, guest?.token);
  return new Call({
    place: { room: roomId, revision },
    you,
    key,
    devices,
    send: signal,
    keysOf: async (participant) => {
      const { participants } = await roomKeys(roomId, guest?.token);
      return participants.find((one) => one.participant === participant)?.public_keys ?? [];
    },
    ended: (numbers) => {
      // Numbers for the clinic's statistics; a call is not held up by them.
      tellQuality(roomId, { ...numbers, peer: you.peer }, guest?.token).catch(() => undefined);
    },
    way: () => (server ? through({ at: server, anew }, you.participant) : directWay(ice)),
  });

  async function anew(): Promise<MediaServer> {
    const way = await wayIn(roomId, guest?.token ?? null);
    if (way.kind !== 'token') throw new TypeError('the visit is held elsewhere now');
    return way;
  }

  async function ice(): Promise<RTCConfiguration> {
    const ways = await waysThrough(roomId, guest?.token);
    return { iceServers: ways.ice_servers.map(asServer), iceTransportPolicy: ways.ice_transport_policy };
  }
}

/** Media servers' clients are large, and loaded by those alone who need them. */
async function through(entrance: Entrance, participant: string): Promise<Way> {
  if (entrance.at.platform === 'twilio') {
    const { twilioWay } = await import('./engine/server/twilioWay');
    return twilioWay(entrance);
  }
  const { serverWay } = await import('./engine/server/serverWay');
  return serverWay(entrance, participant);
}

function asServer({ urls, username, credential }: { urls: string[]; username?: string | null; credential?: string | null }): RTCIceServer {
  return username && credential ? { urls, username, credential } : { urls };
}

