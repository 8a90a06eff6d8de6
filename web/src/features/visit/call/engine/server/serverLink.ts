import { inTurn } from '@/lib/inTurn';
import { fromBase64url } from '@/lib/e2e/bytes';
import type { LinkStage, Outgoing } from '../link';
import type { Said } from '../signals';
import { asTold, type Told } from '../told';
import type { Linked, LinkOptions } from '../way';
import { Channel } from './channel';
import type { Agreement } from './agreement';

/** The key that somebody's pictures and sound are encrypted by now, and its place in the ring of keys. */
export interface MediaKey {
  index: number;
  key: string;
}

/** What comes from somebody through the media server. */
export interface Incoming {
  kind: keyof Outgoing;
  track: MediaStreamTrack;
  receiver: RTCRtpReceiver | null;
}

/** What a link asks of the way that all take together. */
export interface Through {
  agreement: Agreement;
  /** What one encrypts by; null where the media server reads everything. */
  ownKey: () => MediaKey | null;
  /** Takes what they encrypt by. Whether that is enough for what comes from them to be wanted. */
  keyOf: (participant: string, key: MediaKey | null) => Promise<boolean>;
  /** From now on what comes from them is wanted. */
  known: (link: ServerLink) => void;
  left: (link: ServerLink) => void;
  /** What the media server's client counts, where it keeps the receivers for itself. */
  stats?: (participant: string) => Promise<Map<string, Record<string, unknown>>>;
}

type Word = { kind: 'now'; key: MediaKey | null; told: Told | null } | { kind: 'heard'; number: number };

/**
 * Somebody whose media come through a media server. Keys, and what is shared, go by the room's socket, sealed from tab
 * to tab; they are said again until they were heard.
 */
export class ServerLink implements Linked {
  stage: LinkStage = 'connecting';
  incoming: Record<keyof Outgoing, MediaStream> = {
    audio: new MediaStream(),
    camera: new MediaStream(),
    screen: new MediaStream(),
  };
  readonly participant: string;
  readonly #options: LinkOptions;
  readonly #through: Through;
  readonly #channel: Channel;
  readonly #receivers = new Map<keyof Outgoing, RTCRtpReceiver | null>();
  #told: Told | null = null;
  #keyed = false;
  #there = false;
  #last = 0;
  #heardThere = 0;
  readonly #inTurn = inTurn();

  constructor(options: LinkOptions, through: Through) {
    this.#options = options;
    this.#through = through;
    this.participant = options.pairing.proven.theirs.participant;
    this.#channel = new Channel(options.pairing, through.agreement);
    this.say();
  }

  /** Whether they said by what they encrypt, and that will do. */
  get keyed(): boolean {
    return this.#keyed;
  }

  /** Says what counts now: the key, and what is shared. */
  say(): void {
    void this.#later(async () => {
      const sealed = await this.#channel.seal({ kind: 'now', key: this.#through.ownKey(), told: this.#told });
      this.#last = sealed.number;
      this.#options.send(sealed);
    });
  }

  /** Says it again while it was not heard. */
  repeat(): void {
    if (this.#heardThere < this.#last) this.say();
  }

  tell(told: Told): void {
    this.#told = told;
    this.say();
  }

  /** Takes what they said. Rejects with Refused for what is not theirs. */
  heard(said: Said): Promise<void> {
    return this.#later(async () => {
      if (said.kind !== 'sealed') return;
      const word = asWord(await this.#channel.open(said));
      if (word?.kind === 'heard') this.#heardThere = Math.max(this.#heardThere, word.number);
      if (word?.kind !== 'now') return;
      this.#options.send(await this.#channel.seal({ kind: 'heard', number: said.number }));
      this.#keyed = await this.#through.keyOf(this.participant, word.key);
      if (this.#keyed) this.#through.known(this);
      if (word.told) this.#options.onTold(word.told);
      this.#look();
    });
  }

  /** Whether the media server has them, and we it. */
  there(there: boolean): void {
    this.#there = there;
    this.#look();
  }

  /** Something came, or `null`: it went. In a stream of its own: what plays one to its end does not begin again. */
  put(kind: keyof Outgoing, found: Omit<Incoming, 'kind'> | null): void {
    this.incoming = { ...this.incoming, [kind]: new MediaStream(found ? [found.track] : []) };
    this.#receivers.set(kind, found?.receiver ?? null);
    this.#options.onIncoming();
  }

  /** Something came that is not encrypted: it is not theirs, or somebody made them send it so. */
  plain(): void {
    this.#options.onRefused('plain');
  }

  async stats(): Promise<Map<string, Record<string, unknown>>> {
    if (this.#through.stats) return this.#through.stats(this.participant);
    const all = [...this.#receivers.values()].filter((one) => one !== null);
    const reports = await Promise.all(all.map((one) => one.getStats()));
    return new Map(reports.flatMap((one) => [...(one as unknown as Map<string, Record<string, unknown>>)]));
  }

  receiver(kind: keyof Outgoing): RTCRtpReceiver | null {
    return this.#receivers.get(kind) ?? null;
  }

  /** What goes out goes to all alike: the media server steps down for each. */
  sender(): null {
    return null;
  }

  share(): Promise<void> {
    return Promise.resolve();
  }

  restart(): void {
    // The media server's client looks for another way by itself.
  }

  close(): void {
    if (this.stage === 'closed') return;
    this.stage = 'closed';
    this.#through.left(this);
  }

  #look(): void {
    const stage = this.#there && this.#keyed ? 'connected' : this.stage === 'connecting' ? 'connecting' : 'broken';
    if (this.stage === stage || this.stage === 'closed') return;
    this.stage = stage;
    this.#options.onStage(stage);
  }

  #later(step: () => Promise<void>): Promise<void> {
    return this.#inTurn(() => (this.stage === 'closed' ? undefined : step()));
  }
}

const KEY_BYTES = 32;

/** What was said, when it has the shape of it. */
function asWord(said: unknown): Word | null {
  if (typeof said !== 'object' || said === null) return null;
  const { kind, number, key, told } = said as Record<string, unknown>;
  if (kind === 'heard') return Number.isSafeInteger(number) ? { kind, number: number as number } : null;
  if (kind !== 'now') return null;
  const rest = { kind, told: asTold(JSON.stringify(told)) } as const;
  if (key === null) return { ...rest, key };
  const { index, key: bytes } = (key ?? {}) as Partial<MediaKey>;
  if (typeof index !== 'number' || !(index >= 0 && index < RING) || typeof bytes !== 'string') return null;
  if (fromBase64url(bytes).length !== KEY_BYTES) return null;
  return { ...rest, key: { index, key: bytes } };
}

/** How many keys are kept of somebody: those before the last are for frames on their way. */
export const RING = 16;
