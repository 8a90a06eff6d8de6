import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import type { ConnectOptions, Room } from 'twilio-video';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LinkStage } from '../link';
import { look } from '../quality';
import type { Told } from '../told';
import { couple, Stream } from './couple.fixture';
import { entriesOf } from './twilioStats';
import { TwilioWay } from './twilioWay';

const STATE: Told = { kind: 'state', state: { microphone: false, camera: 'off', screen: false, phone: false } };
const AT = { platform: 'twilio', server: '', room: 'ov-1', token: 'a.b.c' };
const ENTRANCE = { at: AT, anew: () => Promise.resolve({ ...AT, token: 'd.e.f' }) };

/** A publication of somebody at Twilio, subscribed to. */
function publication(trackName: string, id = trackName) {
  return { trackName, trackSid: `MT${id}`, track: { mediaStreamTrack: { id } } };
}

/** What a link tells, of which nothing gets anywhere. */
function unheard() {
  return { onStage: vi.fn(), onTold: vi.fn(), onIncoming: vi.fn(), onRefused: vi.fn(), send: vi.fn() };
}

/** A room of Twilio's client, which does what the tests say. */
class FakeRoom extends EventEmitter {
  state = 'connected';
  participants = new Map<string, { identity: string; state: string; tracks: Map<string, unknown> }>();
  localParticipant = { publishTrack: vi.fn(() => Promise.resolve()), unpublishTrack: vi.fn() };
  getStats = vi.fn(() => Promise.resolve([]));
  disconnect = vi.fn();

  has(identity: string, ...publications: { trackSid: string }[]) {
    const who = { identity, state: 'connected', tracks: new Map(publications.map((one) => [one.trackSid, one])) };
    this.participants.set(`PA${identity}`, who);
    this.emit('participantConnected', who);
    return who;
  }

  gone(error?: { code: number }): void {
    this.state = 'disconnected';
    this.emit('disconnected', this, error);
  }
}

describe('the way through Twilio', () => {
  let rooms: FakeRoom[];
  let connect: ReturnType<typeof vi.fn<(token: string, options: ConnectOptions) => Promise<Room>>>;

  beforeEach(() => {
    vi.stubGlobal('MediaStream', Stream);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    rooms = [];
    connect = vi.fn(() => {
      const room = new FakeRoom();
      rooms.push(room);
      return Promise.resolve(room as unknown as Room);
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  /** The way of one tab, and its link to another tab, which has a way of its own at the same Twilio. */
  async function entered() {
    const { pairings, agreements } = await couple();
    const ways = agreements.map((agreement) => new TwilioWay(ENTRANCE, connect, agreement)) as [TwilioWay, TwilioWay];
    for (const way of ways) way.open();
    await vi.waitFor(() => expect(rooms).toHaveLength(2));
    return { pairings, ways };
  }

  async function meeting() {
    const { pairings, ways } = await entered();
    const stages: LinkStage[] = [];
    const told: Told[] = [];
    const links = await Promise.all(
      ways.map((way, at) =>
        way.link({
          pairing: pairings[at as 0 | 1],
          polite: false,
          send: (said) => void links[1 - at]?.heard(said),
          onStage: (stage) => at === 0 && stages.push(stage),
          onTold: (one) => told.push(one),
          onIncoming: () => undefined,
          onRefused: () => expect.fail('nothing is refused'),
        }),
      ),
    );
    const theirs = publication('camera');
    const who = rooms[0]?.has('person:b', theirs);
    for (const link of links) link.repeat();
    await vi.waitFor(() => expect(links[0]?.stage).toBe('connected'));
    return { ways, link: links[0]!, other: links[1], stages, told, theirs, who, room: rooms[0]! };
  }

  it('says that it is not end to end, and tells Twilio no more than the call needs', async () => {
    const { ways } = await entered();
    expect(ways[0].endToEnd).toBe(false);
    const [[token, options]] = connect.mock.calls as [[string, ConnectOptions]];
    expect(token).toBe('a.b.c');
    expect(options).toMatchObject({ name: 'ov-1', tracks: [], insights: false });
  });

  it('takes what comes from who is known, when they are, and not before', async () => {
    const { link, room, who } = await meeting();
    expect(link.incoming.camera.getTracks()).toEqual([{ id: 'camera' }]); // it was there before they were known
    const screen = publication('screen');
    room.emit('trackSubscribed', screen.track, screen, who);
    expect(link.incoming.screen.getTracks()).toEqual([{ id: 'screen' }]);
    room.emit('trackUnsubscribed', screen.track, screen, who);
    expect(link.incoming.screen.getTracks()).toEqual([]);
    room.emit('trackSubscribed', screen.track, screen, { identity: 'person:x' });
    expect(link.incoming.screen.getTracks()).toEqual([]);
  });

  it('takes nothing of somebody who has not proved who they are', async () => {
    const { pairings, ways } = await entered();
    const link = await ways[0].link({ pairing: pairings[0], polite: false, ...unheard() });
    const theirs = publication('camera');
    const who = rooms[0]?.has('person:b', theirs);
    rooms[0]?.emit('trackSubscribed', theirs.track, theirs, who);
    expect(link.incoming.camera.getTracks()).toEqual([]);
    expect(link.stage).toBe('connecting');
  });

  it('lets the others know what is shared by the room’s socket', async () => {
    const { other, told } = await meeting();
    other?.tell(STATE);
    await vi.waitFor(() => expect(told).toContainEqual(STATE));
  });

  it('publishes what is wanted, by its name, and nothing while nobody is there', async () => {
    const { pairings, ways } = await entered();
    const room = rooms[0]!;
    const [first, second] = [{ id: '1' }, { id: '2' }] as unknown as [MediaStreamTrack, MediaStreamTrack];
    await ways[0].share({ audio: null, camera: first, screen: null });
    expect(room.localParticipant.publishTrack).not.toHaveBeenCalled();
    await ways[0].link({ pairing: pairings[0], polite: false, ...unheard() });
    await vi.waitFor(() => expect(room.localParticipant.publishTrack).toHaveBeenCalledWith(first, { name: 'camera' }));
    await ways[0].share({ audio: null, camera: second, screen: first });
    await ways[0].share({ audio: null, camera: second, screen: null });
    expect(room.localParticipant.publishTrack.mock.calls).toEqual([
      [first, { name: 'camera' }],
      [second, { name: 'camera' }],
      [first, { name: 'screen' }],
    ]);
    expect(room.localParticipant.unpublishTrack.mock.calls).toEqual([[first], [first]]);
  });

  it('says that the connection is lost, and is there again', async () => {
    const { link, room, who, stages } = await meeting();
    room.state = 'reconnecting';
    room.emit('reconnecting', { code: 53405 });
    expect(link.stage).toBe('broken');
    room.state = 'connected';
    room.emit('reconnected');
    expect(link.stage).toBe('connected');
    if (who) who.state = 'disconnected';
    room.emit('participantDisconnected', who);
    expect(stages).toEqual(['connected', 'broken', 'connected', 'broken']);
  });

  it('is entered again after Twilio was away, with all that is shared, and not when it was meant', async () => {
    const { ways, room } = await meeting();
    const track = { id: '1' } as MediaStreamTrack;
    await ways[0].share({ audio: track, camera: null, screen: null });
    room.gone({ code: 53001 });
    await vi.advanceTimersByTimeAsync(3_000);
    const again = rooms[2]!;
    await vi.waitFor(() => expect(again.localParticipant.publishTrack).toHaveBeenCalledWith(track, { name: 'audio' }));
    again.gone({ code: 53118 }); // the room was closed
    await vi.advanceTimersByTimeAsync(3_000);
    expect(rooms).toHaveLength(3);
  });

  it('is left', async () => {
    const { ways, room } = await meeting();
    ways[0].close();
    expect(room.disconnect).toHaveBeenCalled();
    room.gone();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(rooms).toHaveLength(2);
  });

  it('tries again when it cannot be entered, by a token of now, unless it is not good', async () => {
    const { agreements } = await couple();
    connect.mockRejectedValueOnce({ code: 53000 }).mockRejectedValueOnce({ code: 20104 }).mockRejectedValueOnce({ code: 20101 });
    new TwilioWay(ENTRANCE, connect, agreements[0]).open();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(connect.mock.calls.map(([token]) => token)).toEqual(['a.b.c', 'd.e.f', 'd.e.f']);
  });

  it('tries again by the token there was when there is none anew', async () => {
    const { agreements } = await couple();
    connect.mockRejectedValueOnce({ code: 53000 });
    new TwilioWay({ at: AT, anew: () => Promise.reject(new Error('away')) }, connect, agreements[0]).open();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(connect.mock.calls.map(([token]) => token)).toEqual(['a.b.c', 'a.b.c']);
  });
});

describe('what Twilio’s client counts', () => {
  it('is read as a browser’s counts are, of one person alone', () => {
    const coming = (trackSid: string, packetsLost: number) => ({ trackSid, packetsReceived: 90, packetsLost, jitter: 20 });
    const report = {
      peerConnectionId: 'x',
      localAudioTrackStats: [{ trackSid: 'MT0', roundTripTime: 130 }],
      localVideoTrackStats: [{ trackSid: 'MT1', roundTripTime: null }],
      remoteAudioTrackStats: [coming('MTa', 10), coming('MTx', 1000)],
      remoteVideoTrackStats: [coming('MTv', 0)],
    } as unknown as Parameters<typeof entriesOf>[0][number];
    const seen = look(entriesOf([report], new Set(['MTa', 'MTv'])), null);
    expect(seen).toMatchObject({ rtt: 130, jitter: 20, lossIn: 10 / 190, counts: { received: 180, lost: 10 } });
  });
});

describe('Twilio’s client', () => {
  it('is loaded where text is never made code, as the policy of our pages demands', () => {
    const load = createRequire(import.meta.url);
    // Whatever loaded it before: it is to be loaded now.
    for (const file of Object.keys(load.cache)) if (file.includes('/twilio-video/')) Reflect.deleteProperty(load.cache, file);
    const usual = globalThis.Function;
    const refused = vi.fn(() => {
      throw new EvalError('not under this policy');
    });
    try {
      globalThis.Function = new Proxy(usual, { construct: refused, apply: refused });
      const { connect } = load('twilio-video') as typeof import('twilio-video');
      expect(connect).toBeTypeOf('function');
    } finally {
      globalThis.Function = usual;
    }
    expect(refused).not.toHaveBeenCalled();
  });
});
