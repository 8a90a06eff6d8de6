import { inTurn } from '@/lib/inTurn';
import type { Outgoing } from '../link';

export const KINDS = ['audio', 'camera', 'screen'] as const;
/** Each sends once, whoever is there; what limits a group is what a browser can show, and tabs that meet each by each. */
export const MOST_OTHERS = 11;

/** What a media server's client has to do for us. */
export interface Publisher {
  /** Whether something can be published now, and there is somebody to see it. */
  ready: () => boolean;
  publish: (kind: keyof Outgoing, track: MediaStreamTrack) => Promise<unknown>;
  unpublish: (track: MediaStreamTrack) => Promise<unknown>;
}

/** Makes what is published at a media server what is wanted, one after the other. */
export class Publishing {
  readonly #publisher: Publisher;
  readonly #published = new Map<keyof Outgoing, MediaStreamTrack>();
  #wanted: Outgoing = { audio: null, camera: null, screen: null };
  readonly #inTurn = inTurn();

  constructor(publisher: Publisher) {
    this.#publisher = publisher;
  }

  /** Wants these, and nothing else. */
  want(tracks: Outgoing): Promise<void> {
    this.#wanted = { ...tracks };
    return this.again();
  }

  /** Looks again at what there is to do. */
  again(): Promise<void> {
    const next = this.#inTurn(async () => {
      for (const kind of KINDS) await this.#put(kind);
    });
    return next.catch(() => undefined); // the connection broke: all is published anew after the next one
  }

  /** The connection is gone, and what was published through it. */
  forget(): void {
    this.#published.clear();
  }

  async #put(kind: keyof Outgoing): Promise<void> {
    const before = this.#published.get(kind);
    const track = this.#wanted[kind];
    if (!this.#publisher.ready() || before === (track ?? undefined)) return;
    if (before) {
      this.#published.delete(kind);
      await this.#publisher.unpublish(before);
    }
    if (!track) return;
    await this.#publisher.publish(kind, track);
    this.#published.set(kind, track);
  }
}
