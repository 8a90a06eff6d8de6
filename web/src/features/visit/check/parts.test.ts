import { describe, expect, it } from 'vitest';
import { browserFamily } from './browsers';
import { savedDevices, saveDevices, wanted } from './devices';
import { canCall, loudness, mediaFault } from './media';
import { kindOf, type Loopback, networkFault, separately } from './network';

const named = (name: string) => Object.assign(new Error(name), { name });
const GOOD: Loopback = { relayed: true, roundTripMs: 40, lost: 0, kilobitsPerSecond: 5_000 };
const stun = (reached: boolean) => ({ kind: 'stun', transport: 'udp', reached }) as const;
const turn = (transport: 'udp' | 'tcp', reached: boolean) => ({ kind: 'turn', transport, reached }) as const;

describe('what a browser throws', () => {
  it.each([
    ['NotAllowedError', 'denied'],
    ['NotFoundError', 'missing'],
    ['OverconstrainedError', 'missing'],
    ['NotReadableError', 'in-use'],
    ['TypeError', 'broken'],
  ])('%s is %s', (name, fault) => expect(mediaFault(named(name))).toBe(fault));
});

describe('the devices kept', () => {
  it('are one choice for each kind, and nothing else', () => {
    saveDevices({ camera: 'front' });
    saveDevices({ microphone: 'desk' });
    expect(savedDevices()).toEqual({ camera: 'front', microphone: 'desk' });
    localStorage.setItem('openvisit.devices', '{"camera":7,"other":"x","speaker":"ear"}');
    expect(savedDevices()).toEqual({ speaker: 'ear' });
    localStorage.setItem('openvisit.devices', 'not JSON');
    expect(savedDevices()).toEqual({});
  });

  it('are wished for, not demanded: a device that is gone must not stop a call', () => {
    expect(wanted('front')).toEqual({ deviceId: { ideal: 'front' } });
    expect(wanted(undefined)).toEqual({});
  });
});

describe('the network', () => {
  it('is well with servers and a good way between, or with neither', () => {
    expect(networkFault({ online: true, servers: [stun(true), turn('udp', true)], loopback: GOOD })).toBeNull();
    expect(networkFault({ online: true, servers: [], loopback: { ...GOOD, relayed: false } })).toBeNull();
  });

  it.each([
    ['offline', { online: false, servers: [], loopback: null }],
    ['unreachable', { online: true, servers: [stun(false), turn('udp', false)], loopback: null }],
    ['udp-blocked', { online: true, servers: [stun(false), turn('udp', false)], loopback: { ...GOOD, relayed: false } }],
    ['lossy', { online: true, servers: [turn('udp', true)], loopback: { ...GOOD, lost: 0.1 } }],
    ['far', { online: true, servers: [turn('udp', true)], loopback: { ...GOOD, roundTripMs: 900 } }],
    ['slow', { online: true, servers: [turn('udp', true)], loopback: { ...GOOD, kilobitsPerSecond: 100 } }],
    ['broken', { online: true, servers: [], loopback: null }],
  ] as const)('says %s', (fault, found) =>
    expect(networkFault({ ...found, servers: [...found.servers] })).toBe(fault),
  );

  it('passes where UDP is blocked and a relay over TCP answers', () => {
    const servers = [stun(false), turn('udp', false), turn('tcp', true)];
    expect(networkFault({ online: true, servers, loopback: GOOD })).toBeNull();
  });

  it('blames no network for what stayed on the device', () => {
    const loopback = { ...GOOD, relayed: false, kilobitsPerSecond: 10, roundTripMs: 2_000 };
    expect(networkFault({ online: true, servers: [stun(true)], loopback })).toBeNull();
  });

  it('asks each address by itself', () => {
    const servers = [{ urls: ['turn:a', 'turns:b'], username: 'u', credential: 'c' }, { urls: 'stun:c' }];
    expect(separately(servers)).toEqual([
      { urls: 'turn:a', username: 'u', credential: 'c' },
      { urls: 'turns:b', username: 'u', credential: 'c' },
      { urls: 'stun:c' },
    ]);
    expect(kindOf('turn:relay.example:3478?transport=tcp')).toEqual({ kind: 'turn', transport: 'tcp' });
    expect(kindOf('turns:relay.example')).toEqual({ kind: 'turn', transport: 'tcp' });
    expect(kindOf('stun:relay.example')).toEqual({ kind: 'stun', transport: 'udp' });
  });
});

describe('loudness', () => {
  it('is none for silence and all for full scale', () => {
    expect(loudness(new Float32Array(8))).toBe(0);
    expect(loudness(new Float32Array(8).fill(1))).toBe(1);
    expect(loudness(new Float32Array(8).fill(0.03))).toBeGreaterThan(0.3);
    expect(loudness(new Float32Array(8).fill(0.001))).toBeLessThan(0.01);
  });
});

describe('the browser', () => {
  it.each([
    ['chromium', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36', 0],
    ['firefox', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 0],
    ['safari', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605 Version/18.0 Safari/605', 0],
    ['ios', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605 Version/18.0 Safari/605', 5],
    ['android', 'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36', 5],
    ['other', 'Lynx/2.9', 0],
  ])('is %s by its own words', (family, agent, touches) => expect(browserFamily(agent, touches)).toBe(family));

  it('can call only with all of what a call needs', () => {
    expect(canCall({})).toBe(false);
    expect(canCall({ RTCPeerConnection: 1, MediaStream: 1, AudioContext: 1, RTCDataChannel: 1 })).toBe(true);
  });
});
