import type { Fault } from './steps';

/** What was found out about the way to the other person. */
export interface NetworkMeasures {
  online: boolean;
  /** One for each server that was asked: which kind, by which transport, and whether it answered. */
  servers: { kind: 'stun' | 'turn'; transport: 'udp' | 'tcp'; reached: boolean }[];
  loopback: Loopback | null;
}

/** What the data channel between two ends on this device showed; through the relay where there is one. */
export interface Loopback {
  /** False: the way did not leave the device, and says nothing of the network. */
  relayed: boolean;
  roundTripMs: number;
  /** 0 to 1. */
  lost: number;
  kilobitsPerSecond: number;
}

/** A call is worth holding below these: half a second there and back, one packet in twenty, a small picture. */
export const LIMITS = { roundTripMs: 500, lost: 0.05, kilobitsPerSecond: 300 };

/** What stands in the way of a call; null when nothing does. */
export function networkFault(found: NetworkMeasures): Fault | null {
  if (!found.online) return 'offline';
  if (!found.loopback) return found.servers.length > 0 && !found.servers.some((one) => one.reached) ? 'unreachable' : 'broken';
  const udp = found.servers.filter((one) => one.transport === 'udp');
  if (udp.length > 0 && !udp.some((one) => one.reached)) {
    // A relay over TCP carries the call all the same.
    const byTcp = found.servers.some((one) => one.kind === 'turn' && one.transport === 'tcp' && one.reached);
    if (!byTcp) return 'udp-blocked';
  }
  if (!found.loopback.relayed) return null;
  if (found.loopback.lost > LIMITS.lost) return 'lossy';
  if (found.loopback.roundTripMs > LIMITS.roundTripMs) return 'far';
  return found.loopback.kilobitsPerSecond < LIMITS.kilobitsPerSecond ? 'slow' : null;
}

/** Each address of the settings by itself, so that each can be asked whether it answers. */
export function separately(servers: RTCIceServer[]): RTCIceServer[] {
  return servers.flatMap((server) => [server.urls].flat().map((urls) => ({ ...server, urls })));
}

/** What an address says of itself (RFC 7064, RFC 7065). */
export function kindOf(url: string): { kind: 'stun' | 'turn'; transport: 'udp' | 'tcp' } {
  const secure = /^(stuns|turns):/i.test(url);
  return {
    kind: /^turns?:/i.test(url) ? 'turn' : 'stun',
    transport: secure || /[?&]transport=tcp\b/i.test(url) ? 'tcp' : 'udp',
  };
}

/** Asks every server, then measures between two ends on this device. `stopped` ends it early. */
export async function measureNetwork(servers: RTCIceServer[], stopped?: AbortSignal): Promise<NetworkMeasures> {
  const asked = await Promise.all(
    separately(servers).map(async (server) => {
      const about = kindOf(String(server.urls));
      return { ...about, reached: await answers(server, about.kind), server };
    }),
  );
  const relays = asked.filter((one) => one.kind === 'turn' && one.reached).map((one) => one.server);
  const loopback = stopped?.aborted ? null : await measureLoopback(relays).catch(() => null);
  return {
    online: navigator.onLine,
    servers: asked.map(({ kind, transport, reached }) => ({ kind, transport, reached })),
    loopback,
  };
}

const PATIENCE_MS = 6_000;
const ANSWER = { stun: 'srflx', turn: 'relay' } as const;

/** Whether a server gives an address of its kind. */
async function answers(server: RTCIceServer, kind: 'stun' | 'turn'): Promise<boolean> {
  const peer = new RTCPeerConnection({ iceServers: [server], iceTransportPolicy: kind === 'turn' ? 'relay' : 'all' });
  try {
    peer.createDataChannel('reach');
    const found = new Promise<boolean>((tell) => {
      peer.onicecandidate = ({ candidate }) => {
        if (candidate?.type === ANSWER[kind]) tell(true);
        // The end of gathering: no more will come. A STUN server on the same network gives the host's own address,
        // which the browser then leaves out, so that it cannot be told from one that is silent.
        if (candidate === null) tell(false);
      };
      setTimeout(() => tell(false), PATIENCE_MS);
    });
    await peer.setLocalDescription();
    return await found;
  } finally {
    peer.close();
  }
}

/** Measures over two connected ends: through the relays where there are any, else within the device. */
async function measureLoopback(relays: RTCIceServer[]): Promise<Loopback> {
  const settings: RTCConfiguration = { iceServers: relays, iceTransportPolicy: relays.length > 0 ? 'relay' : 'all' };
  const near = new RTCPeerConnection(settings);
  const far = new RTCPeerConnection(settings);
  try {
    near.onicecandidate = ({ candidate }) => void far.addIceCandidate(candidate ?? undefined).catch(() => undefined);
    far.onicecandidate = ({ candidate }) => void near.addIceCandidate(candidate ?? undefined).catch(() => undefined);
    const pings = near.createDataChannel('pings', { ordered: false, maxRetransmits: 0 });
    const bulk = near.createDataChannel('bulk');
    const received = { bytes: 0 };
    far.ondatachannel = ({ channel }) => {
      channel.binaryType = 'arraybuffer';
      channel.onmessage = ({ data }) => {
        if (channel.label === 'pings') channel.send(data as ArrayBuffer);
        else received.bytes += (data as ArrayBuffer).byteLength;
      };
    };
    await connect(near, far, [pings, bulk]);
    const echoes = await ping(pings);
    const kilobitsPerSecond = await flood(bulk, received);
    return { relayed: relays.length > 0, ...echoes, kilobitsPerSecond };
  } finally {
    near.close();
    far.close();
  }
}

async function connect(near: RTCPeerConnection, far: RTCPeerConnection, channels: RTCDataChannel[]): Promise<void> {
  const opened = channels.map((channel) => new Promise<void>((done) => (channel.onopen = () => done())));
  await near.setLocalDescription();
  await far.setRemoteDescription(said(near));
  await far.setLocalDescription();
  await near.setRemoteDescription(said(far));
  await within(PATIENCE_MS, Promise.all(opened));
}

function said(peer: RTCPeerConnection): RTCSessionDescription {
  if (!peer.localDescription) throw new Error('nothing was described');
  return peer.localDescription;
}

/** Sends numbered packets that nobody repeats, and counts what comes back. */
async function ping(channel: RTCDataChannel, count = 50, everyMs = 20): Promise<{ roundTripMs: number; lost: number }> {
  const sent: number[] = [];
  const times: number[] = [];
  channel.binaryType = 'arraybuffer';
  channel.onmessage = ({ data }) => {
    const since = sent[new Uint16Array(data as ArrayBuffer)[0] ?? -1];
    if (since !== undefined) times.push(performance.now() - since);
  };
  for (let number = 0; number < count; number += 1) {
    const packet = new Uint16Array(100);
    packet[0] = number;
    sent.push(performance.now());
    channel.send(packet);
    await pause(everyMs);
  }
  await pause(LIMITS.roundTripMs);
  times.sort((one, other) => one - other);
  const roundTripMs = times[Math.floor(times.length / 2)] ?? Infinity;
  return { roundTripMs, lost: 1 - times.length / count };
}

/** Sends as much as goes through for a second. */
async function flood(channel: RTCDataChannel, received: { bytes: number }): Promise<number> {
  const piece = new Uint8Array(16_384);
  const begun = performance.now();
  while (performance.now() - begun < 1_000) {
    if (channel.bufferedAmount < 262_144) channel.send(piece);
    else await pause(5);
  }
  return (received.bytes * 8) / (performance.now() - begun);
}

function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  return Promise.race([promise, pause(ms).then(() => Promise.reject(new Error('not in time')))]);
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
