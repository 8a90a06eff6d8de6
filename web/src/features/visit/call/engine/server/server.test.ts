import { EventEmitter } from 'node:events';
import { ConnectionState, Room, RoomEvent, setLogLevel } from 'livekit-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { randomBytes, toBase64url } from '@/lib/e2e/bytes';
import type { Refusal } from '../pairing';
import type { Said } from '../signals';
import type { Told } from '../told';
import { makeAgreement } from './agreement';
import { Channel, type Sealed } from './channel';
import { couple, Stream } from './couple.fixture';
import { frameWorker, MediaKeys } from './encryption';
import type { MediaKey } from './serverLink';
import { ServerWay } from './serverWay';

// The worker is the browser's.
vi.mock('livekit-client/e2ee-worker?worker&url', () => ({ default: '/worker.js' }));

const STATE: Told = { kind: 'state', state: { microphone: true, camera: 'on', screen: false, phone: false } };

/** A publication of somebody at the media server. */
function publication(isEncrypted = true, source = 'camera') {
  return { isEncrypted, source, setSubscribed: vi.fn() };
}

/** The room of the media server's client, which does what the tests say. */
class FakeRoom extends EventEmitter {
  state = ConnectionState.Disconnected;
  remoteParticipants = new Map<string, { identity: string; trackPublications: Map<string, unknown> }>();
  localParticipant = { publishTrack: vi.fn(() => Promise.resolve()), unpublishTrack: vi.fn(() => Promise.resolve()) };
  setE2EEEnabled = vi.fn(() => Promise.resolve());
  disconnect = vi.fn(() => Promise.resolve());
  connect = vi.fn((_server: string, _token: string, _options: unknown) => {
    this.state = ConnectionState.Connected;
    return Promise.resolve();
  });

  has(identity: string, ...publications: unknown[]): void {
    const trackPublications = new Map(publications.map((one, at) => [String(at), one]));
    this.remoteParticipants.set(identity, { identity, trackPublications });
    this.emit(RoomEvent.ParticipantConnected);
  }
}

const AT = { platform: 'livekit', server: 'wss://x', room: 'r', token: 't' };
const ENTRANCE = { at: AT, anew: () => Promise.resolve({ ...AT, token: 'later' }) };

describe('what two tabs say to each other', () => {
  it('is read by the other alone, once', async () => {
    const { pairings, agreements } = await couple();
    const [one, other] = pairings.map((pairing, at) => new Channel(pairing, agreements[at as 0 | 1])) as [Channel, Channel];
    const sealed = await one.seal({ key: 'secret' });
    expect(JSON.stringify(sealed)).not.toContain('secret');
    expect(await other.open(sealed)).toEqual({ key: 'secret' });
    expect(await other.open(sealed)).toBeNull();
    await expect(one.open(sealed)).rejects.toMatchObject({ why: 'signature' });
  });

  it('is refused when it was changed, or agreed on with somebody in between', async () => {
    const { pairings, agreements } = await couple();
    const one = new Channel(pairings[0], agreements[0]);
    const between = new Channel(pairings[0], await makeAgreement());
    const other = new Channel(pairings[1], agreements[1]);
    const sealed = await one.seal('x');
    const changes: Partial<Sealed>[] = [{ number: 2 }, { sealed: `A${sealed.sealed.slice(1)}` }, { signature: 'AA' }];
    for (const change of changes) {
      await expect(other.open({ ...sealed, ...change })).rejects.toMatchObject({ why: 'signature' });
    }
    await expect(other.open(await between.seal('x'))).rejects.toMatchObject({ why: 'signature' });
    expect(await other.open(sealed)).toBe('x');
  });
});

describe('the keys of the frames', () => {
  it('are not changed by another connection to the media server', async () => {
    vi.stubGlobal('RTCRtpScriptTransform', vi.fn()); // this browser can encrypt
    setLogLevel('silent');
    const posted = vi.fn<(message: { kind: string; data: Record<string, unknown> }) => void>();
    const keys = new MediaKeys();
    const room = new Room({ encryption: { keyProvider: keys, worker: { postMessage: posted } as unknown as Worker } });
    const key = toBase64url(randomBytes(32));
    const given = () => posted.mock.calls.map(([one]) => one).filter(({ kind }) => kind === 'setKey').map(({ data }) => data);
    await keys.put('person:a', { index: 0, key });
    await keys.put('person:a', { index: 1, key });
    await keys.put('person:b', { index: 0, key });
    expect(given().map((one) => [one.participantIdentity, one.keyIndex, one.updateCurrentKeyIndex])).toEqual([
      ['person:a', 0, true],
      ['person:a', 1, true],
      ['person:b', 0, true],
    ]);
    posted.mockClear();
    room.emit(RoomEvent.SignalConnected);
    expect(given()).toHaveLength(3);
    expect(given().filter((one) => one.updateCurrentKeyIndex === true)).toEqual([]);
  });
});

describe('the worker that opens frames', () => {
  it('is not told how the media server marks frames of its own, which would be shown as they are', () => {
    const posted = vi.fn();
    vi.stubGlobal(
      'Worker',
      vi.fn(function (this: { postMessage: unknown }) {
        this.postMessage = posted;
      }),
    );
    const worker = frameWorker();
    worker.postMessage({ kind: 'setSifTrailer', data: { trailer: new Uint8Array(4) } });
    expect(posted).not.toHaveBeenCalled();
    const enable = { kind: 'enable', data: { enabled: true } };
    worker.postMessage(enable);
    expect(posted).toHaveBeenCalledWith(enable, undefined);
  });
});

describe('the way through a media server', () => {
  let rooms: [FakeRoom, FakeRoom];
  let incoming: ReturnType<typeof vi.fn<() => void>>;
  let kept: [Map<string, MediaKey>, Map<string, MediaKey>];

  beforeEach(() => {
    vi.stubGlobal('MediaStream', Stream);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    rooms = [new FakeRoom(), new FakeRoom()];
    incoming = vi.fn();
    kept = [new Map<string, MediaKey>(), new Map<string, MediaKey>()];
  });
  afterEach(() => vi.useRealTimers());

  /** Both tabs in the room, each with a link to the other; what one says, the other hears. */
  async function meeting() {
    const { pairings, agreements } = await couple();
    const refused: Refusal[] = [];
    const told: Told[] = [];
    const said: Said[] = [];
    const ways = [0, 1].map((at) => {
      const own = at as 0 | 1;
      const put = (participant: string, key: MediaKey) => Promise.resolve(void kept[own].set(participant, key));
      const client = { room: rooms[own] as unknown as Room, keys: { put }, close: vi.fn() };
      return new ServerWay(ENTRANCE, `person:${'ab'[own]}`, client, agreements[own]);
    }) as [ServerWay, ServerWay];
    await Promise.all(ways.map((way) => way.open()));
    const links = await Promise.all(
      ways.map((way, at) =>
        way.link({
          pairing: pairings[at as 0 | 1],
          polite: false,
          send: (one) => {
            said.push(one);
            void links[1 - at]?.heard(one);
          },
          onStage: () => undefined,
          onTold: (one) => told.push(one),
          onIncoming: incoming,
          onRefused: (why) => refused.push(why),
        }),
      ),
    );
    for (const link of links) link.repeat();
    await vi.waitFor(() => {
      if (!kept[0].has('person:b') || !kept[1].has('person:a')) throw new Error('not yet');
    });
    return { ways, links: links as [(typeof links)[0], (typeof links)[0]], refused, told, said };
  }

  it('is entered encrypting, takes nothing by itself, and gives each the key of the other, sealed', async () => {
    const { said } = await meeting();
    expect(rooms[0].setE2EEEnabled).toHaveBeenCalledWith(true);
    expect(rooms[0].connect).toHaveBeenCalledWith('wss://x', 't', { autoSubscribe: false });
    await vi.advanceTimersByTimeAsync(1_000); // a new key is used once the others have it
    expect(kept[0].get('person:a')).toEqual(kept[1].get('person:a'));
    expect(kept[1].get('person:b')).toEqual(kept[0].get('person:b'));
    const key = kept[0].get('person:a')?.key ?? '';
    expect(key).toHaveLength(43);
    expect(JSON.stringify(said)).not.toContain(key);
  });

  it('takes what is encrypted, of who is known', async () => {
    const { links } = await meeting();
    const [theirs, strangers] = [publication(), publication()];
    rooms[0].has('person:b', theirs);
    rooms[0].emit(RoomEvent.TrackPublished, theirs, { identity: 'person:b' });
    rooms[0].emit(RoomEvent.TrackPublished, strangers, { identity: 'person:x' });
    expect(links[0].stage).toBe('connected');
    expect(theirs.setSubscribed).toHaveBeenCalledWith(true);
    expect(strangers.setSubscribed).not.toHaveBeenCalled();
    const track = { id: 't' };
    rooms[0].emit(RoomEvent.TrackSubscribed, { mediaStreamTrack: track }, theirs, { identity: 'person:b' });
    const stream = links[0].incoming.camera;
    expect(stream.getTracks()).toEqual([track]);
    rooms[0].emit(RoomEvent.TrackUnsubscribed, {}, theirs, { identity: 'person:b' });
    expect(links[0].incoming.camera.getTracks()).toEqual([]);
    // A stream that ended is played no more, whatever is put into it: the next track comes in another.
    rooms[0].emit(RoomEvent.TrackSubscribed, { mediaStreamTrack: track }, theirs, { identity: 'person:b' });
    expect(links[0].incoming.camera).not.toBe(stream);
    expect(incoming).toHaveBeenCalledTimes(3);
  });

  it('refuses what is not encrypted', async () => {
    const { refused } = await meeting();
    const plain = publication(false);
    rooms[0].has('person:b', plain);
    rooms[0].emit(RoomEvent.TrackPublished, plain, { identity: 'person:b' });
    rooms[0].emit(RoomEvent.ParticipantEncryptionStatusChanged, false, { identity: 'person:b' });
    expect(refused).toEqual(['plain', 'plain']);
    expect(plain.setSubscribed).not.toHaveBeenCalled();
  });

  it('lets the others know what is shared, and publishes what is wanted', async () => {
    const { ways, links, told } = await meeting();
    links[0].tell(STATE);
    await vi.waitFor(() => {
      if (told.length === 0) throw new Error('not yet');
    });
    expect(told).toContainEqual(STATE);
    const [first, second] = [{ id: '1' }, { id: '2' }] as unknown as [MediaStreamTrack, MediaStreamTrack];
    await ways[0].share({ audio: null, camera: first, screen: null });
    await ways[0].share({ audio: null, camera: second, screen: null });
    const { publishTrack, unpublishTrack } = rooms[0].localParticipant;
    expect(publishTrack.mock.calls.map(([track]: unknown[]) => track)).toEqual([first, second]);
    expect(unpublishTrack).toHaveBeenCalledWith(first, false);
  });

  it('sends nothing while nobody is there', async () => {
    const client = { room: rooms[0] as unknown as Room, keys: { put: () => Promise.resolve() }, close: vi.fn() };
    const way = new ServerWay(ENTRANCE, 'person:a', client, await makeAgreement());
    await way.open();
    await way.share({ audio: { id: '1' } as MediaStreamTrack, camera: null, screen: null });
    expect(rooms[0].connect).toHaveBeenCalled();
    expect(rooms[0].localParticipant.publishTrack).not.toHaveBeenCalled();
  });

  it('has another key when somebody has gone', async () => {
    const { links } = await meeting();
    await vi.advanceTimersByTimeAsync(1_000);
    const before = kept[0].get('person:a');
    links[0].close();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(kept[0].get('person:a')?.key).not.toBe(before?.key);
    expect(kept[1].get('person:a')).toEqual(before);
  });

  it('is entered again when the media server was away, and not when it was meant', async () => {
    const { ways } = await meeting();
    rooms[0].emit(RoomEvent.Disconnected, 5 /* ROOM_DELETED */);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(rooms[0].connect).toHaveBeenCalledTimes(1);
    rooms[0].emit(RoomEvent.Disconnected, undefined);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(rooms[0].connect).toHaveBeenCalledTimes(2);
    expect(rooms[0].connect).toHaveBeenLastCalledWith('wss://x', 'later', { autoSubscribe: false }); // a token of now
    ways[0].close();
    expect(rooms[0].disconnect).toHaveBeenCalled();
  });
});
