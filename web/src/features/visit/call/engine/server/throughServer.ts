import type { Outgoing } from '../link';
import type { Linked, LinkOptions, MediaServer, Way } from '../way';
import type { Agreement } from './agreement';
import { MOST_OTHERS, type Publishing } from './publishing';
import { ServerLink, type Through } from './serverLink';

export const AGAIN_MS = 3_000;

/** A room of a media server, and how to come in when what lets one in has run out. */
export interface Entrance {
  at: MediaServer;
  anew: () => Promise<MediaServer>;
}

/** What all ways through a media server share: links to those who are in, what is published, and coming in again. */
export abstract class ThroughServer implements Way {
  abstract readonly endToEnd: boolean;
  readonly most = MOST_OTHERS;
  readonly fingerprint: string;
  protected readonly links = new Set<ServerLink>();
  protected closed = false;
  protected abstract readonly publishing: Publishing;
  readonly #entrance: Entrance;
  readonly #agreement: Agreement;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(entrance: Entrance, agreement: Agreement) {
    this.#entrance = { ...entrance };
    this.#agreement = agreement;
    this.fingerprint = agreement.fingerprint;
  }

  link(options: LinkOptions): Promise<Linked> {
    const link = new ServerLink(options, {
      agreement: this.#agreement,
      ...this.through(),
      left: (gone) => {
        this.links.delete(gone);
        this.changed();
      },
    });
    this.links.add(link);
    // Nothing was sent before there was somebody.
    if (this.links.size > 1) this.changed();
    this.look();
    void this.publishing.again();
    return Promise.resolve(link);
  }

  share(tracks: Outgoing): Promise<void> {
    return this.publishing.want(tracks);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.#again);
    this.leave();
  }

  protected get at(): MediaServer {
    return this.#entrance.at;
  }

  protected linkOf(identity: string | undefined): ServerLink | undefined {
    return [...this.links].find((link) => link.participant === identity);
  }

  /** Comes in again, after a while, by what the server gives for it now; by what there was where it gives nothing. */
  protected enterSoon(): void {
    if (this.closed) return;
    this.#again = setTimeout(() => {
      void this.#entrance
        .anew()
        .then((fresh) => (this.#entrance.at = fresh))
        .catch(() => undefined)
        .then(() => this.enter());
    }, AGAIN_MS);
  }

  /** How links are met through this server. */
  protected abstract through(): Omit<Through, 'agreement' | 'left'>;
  /** Tells each link whether its other end is there. */
  protected abstract look(): void;
  /** Comes in; calls `enterSoon` where that fails. */
  protected abstract enter(): Promise<void>;
  protected abstract leave(): void;
  /** Somebody came to others, or went. */
  protected changed(): void {
    // Nothing of what is sent is anybody's alone.
  }
}
