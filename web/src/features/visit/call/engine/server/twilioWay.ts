import {
  connect,
  type ConnectOptions,
  Logger,
  type RemoteParticipant,
  type RemoteTrackPublication,
  type Room,
} from 'twilio-video';
import type { Outgoing } from '../link';
import type { Way } from '../way';
import { makeAgreement, type Agreement } from './agreement';
import { KINDS, Publishing } from './publishing';
import type { ServerLink } from './serverLink';
import { type Entrance, ThroughServer } from './throughServer';
import { entriesOf } from './twilioStats';

/** After these there is no way back in (https://www.twilio.com/docs/video/reference/error-codes). */
const FOR_GOOD: readonly unknown[] = [
  20101, // the token is not good,
  53106, // or there is no such room,
  53118, // or it was closed
  53205, // somebody else came by the same name: this person, in another tab
  53216, // longer than Twilio lets anybody stay
];

/** Opens the way through a room at Twilio for one participant. */
export async function twilioWay(entrance: Entrance): Promise<Way> {
  Logger.getLogger('twilio-video').setLevel('silent'); // it has ids of people and rooms
  const way = new TwilioWay(entrance, connect, await makeAgreement());
  way.open();
  return way;
}

/** How a room is entered. */
export type Connect = (token: string, options: ConnectOptions) => Promise<Room>;

/**
 * All media through Twilio, which can read them: nothing is end to end here. That tabs know each other, and what they
 * share, goes by the room's socket as in every call, and Twilio hears neither.
 */
export class TwilioWay extends ThroughServer {
  readonly endToEnd = false;
  readonly #connect: Connect;
  protected readonly publishing = new Publishing({
    ready: () => this.#room?.state === 'connected' && this.links.size > 0,
    publish: async (kind, track) => this.#room?.localParticipant.publishTrack(track, { name: kind }),
    unpublish: (track) => Promise.resolve(this.#room?.localParticipant.unpublishTrack(track)),
  });
  #room: Room | null = null;

  constructor(entrance: Entrance, connecting: Connect, agreement: Agreement) {
    super(entrance, agreement);
    this.#connect = connecting;
  }

  /** Enters, and goes on trying where Twilio is away. */
  open(): void {
    void this.enter();
  }

  protected through() {
    return {
      ownKey: () => null,
      keyOf: () => Promise.resolve(true),
      known: (one: ServerLink) => this.#take(one),
      stats: async (participant: string) =>
        entriesOf((await this.#room?.getStats()) ?? [], this.#sidsOf(participant)),
    };
  }

  protected leave(): void {
    this.#room?.disconnect();
  }

  protected async enter(): Promise<void> {
    let room: Room;
    try {
      // Without insights nothing is told to Twilio but what the call needs.
      const options: ConnectOptions = { name: this.at.room, tracks: [], insights: false, preferredVideoCodecs: ['VP8'] };
      room = await this.#connect(this.at.token, options);
    } catch (error) {
      this.#unless(error);
      return;
    }
    if (this.closed) {
      room.disconnect(); // left meanwhile
      return;
    }
    this.#room = room;
    const look = () => this.look();
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
        void this.publishing.again();
      })
      .on('disconnected', (_room, error) => {
        this.#room = null;
        this.publishing.forget();
        look();
        this.#unless(error);
      });
    for (const link of this.links) this.#take(link);
    look();
    await this.publishing.again();
  }

  #unless(error: unknown): void {
    const { code } = (error ?? {}) as { code?: unknown };
    if (!FOR_GOOD.includes(code)) this.enterSoon();
  }

  #came(publication: RemoteTrackPublication, { identity }: RemoteParticipant): void {
    const kind = kindOf(publication);
    const link = this.linkOf(identity);
    const { track } = publication;
    if (kind && link?.keyed && track && 'mediaStreamTrack' in track) {
      link.put(kind, { track: track.mediaStreamTrack, receiver: null });
    }
  }

  #went(publication: RemoteTrackPublication, { identity }: RemoteParticipant): void {
    const kind = kindOf(publication);
    const link = this.linkOf(identity);
    if (kind) link?.put(kind, null);
  }

  /** What there is already of somebody who is known now. */
  #take({ participant }: ServerLink): void {
    const who = this.#who(participant);
    for (const publication of who?.tracks.values() ?? []) if (who) this.#came(publication, who);
  }

  protected look(): void {
    const connected = this.#room?.state === 'connected';
    for (const link of this.links) link.there(connected && this.#who(link.participant)?.state === 'connected');
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
