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
import type { Linked, LinkOptions, MediaServer, Way } from '../way';
import { makeAgreement, type Agreement } from './agreement';
import { frameWorker, MediaKeys } from './encryption';
import { KINDS, MOST_OTHERS, Publishing } from './publishing';
import { type MediaKey, RING, ServerLink } from './serverLink';

const SOURCES: Record<keyof Outgoing, Track.Source> = {
  audio: Track.Source.Microphone,
  camera: Track.Source.Camera,
  screen: Track.Source.ScreenShare,
};
/** How long the others have to hear of a new key before it is used. */
const TURN_MS = 1_000;
const AGAIN_MS = 3_000;
/** After these there is no way back in by the same token. */
const FOR_GOOD: readonly unknown[] = [
  DisconnectReason.DUPLICATE_IDENTITY,
  DisconnectReason.PARTICIPANT_REMOVED,
  DisconnectReason.ROOM_DELETED,
];

/** Opens the way through a media server for one participant. */
export async function serverWay(at: MediaServer, participant: string): Promise<Way> {
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
  const way = new ServerWay(at, participant, { room, keys, close: () => worker.terminate() }, await makeAgreement());
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
export class ServerWay implements Way {
  readonly fingerprint: string;
  readonly endToEnd = true;
  readonly most = MOST_OTHERS;
  readonly #at: MediaServer;
  readonly #participant: string;
  readonly #client: Client;
  readonly #agreement: Agreement;
  readonly #links = new Set<ServerLink>();
  readonly #publishing = new Publishing({
    ready: () => !this.#closed && this.#links.size > 0 && this.#client.room.state === ConnectionState.Connected,
    publish: (kind, track) =>
      this.#client.room.localParticipant.publishTrack(track, { source: SOURCES[kind], name: kind, videoCodec: 'vp8' }),
    unpublish: (track) => this.#client.room.localParticipant.unpublishTrack(track, false),
  });
  #key: MediaKey = { index: 0, key: toBase64url(randomBytes(32)) };
  #turn: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(at: MediaServer, participant: string, client: Client, agreement: Agreement) {
    this.#at = at;
    this.#participant = participant;
    this.#client = client;
    this.#agreement = agreement;
    this.fingerprint = agreement.fingerprint;
  }

  /** Enters, encrypting from the beginning, and goes on trying where the server is away. */
  async open(): Promise<void> {
    const { room, keys } = this.#client;
    room
      .on(RoomEvent.TrackPublished, (publication, who) => this.#offered(publication, who))
      .on(RoomEvent.TrackSubscribed, (track, publication, who) => this.#came(track, publication, who))
      .on(RoomEvent.TrackUnsubscribed, (_track, publication, who) => this.#went(publication, who))
      .on(RoomEvent.ParticipantEncryptionStatusChanged, (encrypted, who) => {
        if (!encrypted && who?.identity !== this.#participant) this.#linkOf(who?.identity)?.plain();
      })
      .on(RoomEvent.ParticipantConnected, () => this.#look())
      .on(RoomEvent.ParticipantDisconnected, () => this.#look())
      .on(RoomEvent.ConnectionStateChanged, () => this.#look())
      .on(RoomEvent.Disconnected, (reason) => {
        this.#publishing.forget();
        if (!FOR_GOOD.includes(reason)) this.#enterSoon();
      });
    await keys.put(this.#participant, this.#key);
    await room.setE2EEEnabled(true);
    void this.#enter();
  }

  link(options: LinkOptions): Promise<Linked> {
    const link = new ServerLink(options, {
      agreement: this.#agreement,
      ownKey: () => this.#key,
      keyOf: async (participant, key) => {
        if (key) await this.#client.keys.put(participant, key);
        return key !== null;
      },
      known: ({ participant }) => this.#want(participant),
      left: (gone) => {
        this.#links.delete(gone);
        this.#turnKey();
      },
    });
    this.#links.add(link);
    // Nothing was sent before there was somebody: the first key is still nobody's but ours.
    if (this.#links.size > 1) this.#turnKey();
    this.#look();
    void this.#publishing.again();
    return Promise.resolve(link);
  }

  share(tracks: Outgoing): Promise<void> {
    return this.#publishing.want(tracks);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#turn);
    void this.#client.room.disconnect(false).finally(() => this.#client.close());
  }

  async #enter(): Promise<void> {
    if (this.#closed) return;
    try {
      await this.#client.room.connect(this.#at.server, this.#at.token, { autoSubscribe: false });
    } catch {
      this.#enterSoon();
      return;
    }
    for (const one of this.#client.room.remoteParticipants.values()) {
      for (const publication of one.trackPublications.values()) this.#offered(publication, one);
    }
    this.#look();
    await this.#publishing.again();
  }

  #enterSoon(): void {
    if (!this.#closed) setTimeout(() => void this.#enter(), AGAIN_MS);
  }

  #offered(publication: RemoteTrackPublication, who: RemoteParticipant): void {
    const link = this.#linkOf(who.identity);
    if (!link) return;
    // One that is not encrypted would switch off the opening of all that comes from them.
    if (!publication.isEncrypted) link.plain();
    else if (link.keyed) publication.setSubscribed(true);
  }

  #want(participant: string): void {
    const who = this.#client.room.remoteParticipants.get(participant);
    for (const publication of who?.trackPublications.values() ?? []) {
      if (publication.isEncrypted) publication.setSubscribed(true);
      else this.#linkOf(participant)?.plain();
    }
  }

  #came(track: RemoteTrack, publication: TrackPublication, who: RemoteParticipant): void {
    const kind = kindOf(publication);
    const found = { track: track.mediaStreamTrack, receiver: track.receiver ?? null };
    if (kind) this.#linkOf(who.identity)?.put(kind, found);
  }

  #went(publication: TrackPublication, who: RemoteParticipant): void {
    const kind = kindOf(publication);
    if (kind) this.#linkOf(who.identity)?.put(kind, null);
  }

  #look(): void {
    const { room } = this.#client;
    const connected = room.state === ConnectionState.Connected;
    for (const link of this.#links) link.there(connected && room.remoteParticipants.has(link.participant));
  }

  #linkOf(identity: string | undefined): ServerLink | undefined {
    return [...this.#links].find((link) => link.participant === identity);
  }

  #turnKey(): void {
    if (this.#closed) return;
    this.#key = { index: (this.#key.index + 1) % RING, key: toBase64url(randomBytes(32)) };
    for (const link of this.#links) link.say();
    clearTimeout(this.#turn);
    this.#turn = setTimeout(() => void this.#client.keys.put(this.#participant, this.#key), TURN_MS);
  }
}

function kindOf({ source }: TrackPublication): keyof Outgoing | undefined {
  return KINDS.find((kind) => SOURCES[kind] === source);
}
