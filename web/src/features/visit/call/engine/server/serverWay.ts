import {
  ConnectionState,
  DisconnectReason,
  type RemoteParticipant,
  type RemoteTrack,
  type RemoteTrackPublication,
  Room,
  RoomEvent,
  setLogLevel,
  type TrackPublication,
  Track,
} from 'livekit-client';
import { randomBytes, toBase64url } from '@/lib/e2e/bytes';
import type { Outgoing } from '../link';
import type { Way } from '../way';
import { makeAgreement, type Agreement } from './agreement';
import { frameWorker, MediaKeys } from './encryption';
import { KINDS, Publishing } from './publishing';
import { type MediaKey, RING, type ServerLink } from './serverLink';
import { type Entrance, ThroughServer } from './throughServer';

const SOURCES: Record<keyof Outgoing, Track.Source> = {
  audio: Track.Source.Microphone,
  camera: Track.Source.Camera,
  screen: Track.Source.ScreenShare,
};
/** How long the others have to hear of a new key before it is used. */
const TURN_MS = 1_000;
/** After these nobody is to come back in by themselves. */
const FOR_GOOD: readonly unknown[] = [
  DisconnectReason.DUPLICATE_IDENTITY,
  DisconnectReason.PARTICIPANT_REMOVED,
  DisconnectReason.ROOM_DELETED,
];

/** Opens the way through a media server for one participant. */
export async function serverWay(entrance: Entrance, participant: string): Promise<Way> {
  // Its log has ids of people and rooms, and calls frames that the server made itself, which are dropped, errors.
  setLogLevel('silent');
  const keys = new MediaKeys();
  const worker = frameWorker();
  const room = new Room({
    encryption: { keyProvider: keys, worker },
    stopLocalTrackOnUnpublish: false,
    // One connection for both directions is what newer servers alone know; asking older ones first costs them an error.
    singlePeerConnection: false,
  });
  const way = new ServerWay(entrance, participant, { room, keys, close: () => worker.terminate() }, await makeAgreement());
  await way.open();
  return way;
}

/** The client of the media server, and what belongs to it. */
export interface Client {
  room: Room;
  keys: Pick<MediaKeys, 'put'>;
  close: () => void;
}

/**
 * All media through a media server (SFU) that can read none of it. Each encrypts by a key of their own, which the others
 * get from tab to tab; nothing is taken from somebody whose key is not there, nor anything that is not encrypted. When
 * somebody comes or goes there are new keys: who came cannot open what was before, who went not what is after.
 */
export class ServerWay extends ThroughServer {
  readonly endToEnd = true;
  readonly #participant: string;
  readonly #client: Client;
  protected readonly publishing = new Publishing({
    ready: () => !this.closed && this.links.size > 0 && this.#client.room.state === ConnectionState.Connected,
    publish: (kind, track) =>
      this.#client.room.localParticipant.publishTrack(track, { source: SOURCES[kind], name: kind, videoCodec: 'vp8' }),
    unpublish: (track) => this.#client.room.localParticipant.unpublishTrack(track, false),
  });
  #key: MediaKey = { index: 0, key: toBase64url(randomBytes(32)) };
  #turn: ReturnType<typeof setTimeout> | undefined;

  constructor(entrance: Entrance, participant: string, client: Client, agreement: Agreement) {
    super(entrance, agreement);
    this.#participant = participant;
    this.#client = client;
  }

  /** Enters, encrypting from the beginning, and goes on trying where the server is away. */
  async open(): Promise<void> {
    const { room, keys } = this.#client;
    room
      .on(RoomEvent.TrackPublished, (publication, who) => this.#offered(publication, who))
      .on(RoomEvent.TrackSubscribed, (track, publication, who) => this.#came(track, publication, who))
      .on(RoomEvent.TrackUnsubscribed, (_track, publication, who) => this.#went(publication, who))
      .on(RoomEvent.ParticipantEncryptionStatusChanged, (encrypted, who) => {
        if (!encrypted && who?.identity !== this.#participant) this.linkOf(who?.identity)?.plain();
      })
      .on(RoomEvent.ParticipantConnected, () => this.look())
      .on(RoomEvent.ParticipantDisconnected, () => this.look())
      .on(RoomEvent.ConnectionStateChanged, () => this.look())
      .on(RoomEvent.Disconnected, (reason) => {
        this.publishing.forget();
        if (!FOR_GOOD.includes(reason)) this.enterSoon();
      });
    await keys.put(this.#participant, this.#key);
    await room.setE2EEEnabled(true);
    void this.enter();
  }

  protected through() {
    return {
      ownKey: () => this.#key,
      keyOf: async (participant: string, key: MediaKey | null) => {
        if (key) await this.#client.keys.put(participant, key);
        return key !== null;
      },
      known: ({ participant }: ServerLink) => this.#want(participant),
    };
  }

  protected leave(): void {
    clearTimeout(this.#turn);
    void this.#client.room.disconnect(false).finally(() => this.#client.close());
  }

  protected async enter(): Promise<void> {
    if (this.closed) return;
    const { room } = this.#client;
    try {
      await room.connect(this.at.server, this.at.token, { autoSubscribe: false });
    } catch {
      this.enterSoon();
      return;
    }
    for (const one of room.remoteParticipants.values()) {
      for (const publication of one.trackPublications.values()) this.#offered(publication, one);
    }
    this.look();
    await this.publishing.again();
  }

  #offered(publication: RemoteTrackPublication, who: RemoteParticipant): void {
    const link = this.linkOf(who.identity);
    if (!link) return;
    // One that is not encrypted would switch off the opening of all that comes from them.
    if (!publication.isEncrypted) link.plain();
    else if (link.keyed) publication.setSubscribed(true);
  }

  #want(participant: string): void {
    const who = this.#client.room.remoteParticipants.get(participant);
    for (const publication of who?.trackPublications.values() ?? []) {
      if (publication.isEncrypted) publication.setSubscribed(true);
      else this.linkOf(participant)?.plain();
    }
  }

  #came(track: RemoteTrack, publication: TrackPublication, who: RemoteParticipant): void {
    const kind = kindOf(publication);
    const found = { track: track.mediaStreamTrack, receiver: track.receiver ?? null };
    if (kind) this.linkOf(who.identity)?.put(kind, found);
  }

  #went(publication: TrackPublication, who: RemoteParticipant): void {
    const kind = kindOf(publication);
    if (kind) this.linkOf(who.identity)?.put(kind, null);
  }

  protected look(): void {
    const { room } = this.#client;
    const connected = room.state === ConnectionState.Connected;
    for (const link of this.links) link.there(connected && room.remoteParticipants.has(link.participant));
  }

  /** There is another key with everybody who comes or goes; the first one is nobody's but ours. */
  protected override changed(): void {
    if (this.closed) return;
    this.#key = { index: (this.#key.index + 1) % RING, key: toBase64url(randomBytes(32)) };
    for (const link of this.links) link.say();
    clearTimeout(this.#turn);
    this.#turn = setTimeout(() => void this.#client.keys.put(this.#participant, this.#key), TURN_MS);
  }
}

function kindOf({ source }: TrackPublication): keyof Outgoing | undefined {
  return KINDS.find((kind) => SOURCES[kind] === source);
}
