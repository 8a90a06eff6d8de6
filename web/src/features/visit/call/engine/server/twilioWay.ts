import {
  connect,
  type ConnectOptions,
  Logger,
  type RemoteParticipant,
  type RemoteTrackPublication,
  type Room,
} from 'twilio-video';
import type { Outgoing } from '../link';
import type { Linked, LinkOptions, MediaServer, Way } from '../way';
import { makeAgreement, type Agreement } from './agreement';
import { KINDS, MOST_OTHERS, Publishing } from './publishing';
import { ServerLink } from './serverLink';
import { entriesOf } from './twilioStats';

const AGAIN_MS = 3_000;
/** After these there is no way back in by the same token (https://www.twilio.com/docs/video/reference/error-codes). */
const FOR_GOOD: readonly unknown[] = [
  20101, // the token is not good,
  20104, // or has run out
  53106, // there is no such room,
  53118, // or it was closed
  53205, // somebody else came by the same name: this person, in another tab
  53216, // longer than Twilio lets anybody stay
];

/** Opens the way through a room at Twilio for one participant. */
export async function twilioWay(at: MediaServer): Promise<Way> {
  Logger.getLogger('twilio-video').setLevel('silent'); // it has ids of people and rooms
  const way = new TwilioWay(at, connect, await makeAgreement());
  way.open();
  return way;
}

/** How a room is entered. */
export type Connect = (token: string, options: ConnectOptions) => Promise<Room>;

/**
 * All media through Twilio, which can read them: nothing is end to end here. That tabs know each other, and what they
 * share, goes by the room's socket as in every call, and Twilio hears neither.
 */
export class TwilioWay implements Way {
  readonly fingerprint: string;
  readonly endToEnd = false;
  readonly most = MOST_OTHERS;
  readonly #at: MediaServer;
  readonly #connect: Connect;
  readonly #agreement: Agreement;
  readonly #links = new Set<ServerLink>();
  readonly #publishing = new Publishing({
    ready: () => this.#room?.state === 'connected' && this.#links.size > 0,
    publish: async (kind, track) => this.#room?.localParticipant.publishTrack(track, { name: kind }),
    unpublish: (track) => Promise.resolve(this.#room?.localParticipant.unpublishTrack(track)),
  });
  #room: Room | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(at: MediaServer, connecting: Connect, agreement: Agreement) {
    this.#at = at;
    this.#connect = connecting;
    this.#agreement = agreement;
    this.fingerprint = agreement.fingerprint;
  }

  /** Enters, and goes on trying where Twilio is away. */
  open(): void {
    void this.#enter();
  }

  link(options: LinkOptions): Promise<Linked> {
    const link = new ServerLink(options, {
      agreement: this.#agreement,
      ownKey: () => null,
      keyOf: () => Promise.resolve(true),
      known: (one) => this.#take(one),
      left: (gone) => this.#links.delete(gone),
      stats: async (participant) => entriesOf((await this.#room?.getStats()) ?? [], this.#sidsOf(participant)),
    });
    this.#links.add(link);
    this.#look();
    void this.#publishing.again();
    return Promise.resolve(link);
  }

  share(tracks: Outgoing): Promise<void> {
    return this.#publishing.want(tracks);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#again);
    this.#room?.disconnect();
  }

  async #enter(): Promise<void> {
    let room: Room;
    try {
      // Without insights nothing is told to Twilio but what the call needs.
      const options: ConnectOptions = { name: this.#at.room, tracks: [], insights: false, preferredVideoCodecs: ['VP8'] };
      room = await this.#connect(this.#at.token, options);
    } catch (error) {
      this.#enterSoon(error);
      return;
    }
    if (this.#closed) {
      room.disconnect(); // left meanwhile
      return;
    }
    this.#room = room;
    const look = () => this.#look();
    room
      .on('trackSubscribed', (_track, publication, who) => this.#came(publication, who))
      .on('trackUnsubscribed', (_track, publication, who) => this.#went(publication, who))
      .on('participantConnected', look)
      .on('participantDisconnected', look)
      .on('participantReconnecting', look)
      .on('participantReconnected', look)
      .on('reconnecting', look)
      .on('reconnected', () => {
        look();
        void this.#publishing.again();
      })
      .on('disconnected', (_room, error) => {
        this.#room = null;
        this.#publishing.forget();
        look();
        this.#enterSoon(error);
      });
    for (const link of this.#links) this.#take(link);
    look();
    await this.#publishing.again();
  }

  #enterSoon(error: unknown): void {
    const { code } = (error ?? {}) as { code?: unknown };
    if (!this.#closed && !FOR_GOOD.includes(code)) this.#again = setTimeout(() => void this.#enter(), AGAIN_MS);
  }

  #came(publication: RemoteTrackPublication, { identity }: RemoteParticipant): void {
    const kind = kindOf(publication);
    const link = [...this.#links].find((one) => one.participant === identity);
    const { track } = publication;
    if (kind && link?.keyed && track && 'mediaStreamTrack' in track) {
      link.put(kind, { track: track.mediaStreamTrack, receiver: null });
    }
  }

  #went(publication: RemoteTrackPublication, { identity }: RemoteParticipant): void {
    const kind = kindOf(publication);
    const link = [...this.#links].find((one) => one.participant === identity);
    if (kind) link?.put(kind, null);
  }

  /** What there is already of somebody who is known now. */
  #take({ participant }: ServerLink): void {
    const who = this.#who(participant);
    for (const publication of who?.tracks.values() ?? []) if (who) this.#came(publication, who);
  }

  #look(): void {
    const connected = this.#room?.state === 'connected';
    for (const link of this.#links) link.there(connected && this.#who(link.participant)?.state === 'connected');
  }

  #who(participant: string): RemoteParticipant | undefined {
    return [...(this.#room?.participants.values() ?? [])].find((one) => one.identity === participant);
  }

  #sidsOf(participant: string): Set<string> {
    return new Set([...(this.#who(participant)?.tracks.values() ?? [])].map((one) => one.trackSid));
  }
}

function kindOf({ trackName }: RemoteTrackPublication): keyof Outgoing | undefined {
  return KINDS.find((kind) => kind === trackName);
}
