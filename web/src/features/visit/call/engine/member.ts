import { inTurn } from '@/lib/inTurn';
import type { Familiarity } from '@/lib/e2e/pins';
import type { SigningKey } from '@/lib/e2e/signing';
import type { Remote } from './call';
import type { Figures } from './figures';
import type { LinkStage, Outgoing } from './link';
import { Pairing, type Refusal } from './pairing';
import { look, type Look, type Quality, qualityOf } from './quality';
import type { Said, Signal } from './signals';
import type { Place, Side } from './statements';
import { AT_FIRST, encodingOf, nextStanding, type Standing, type Step, STEPS } from './steps';
import type { Sharing } from './told';
import type { Linked, Way } from './way';

/** What a screen shows of somebody else. */
export interface MemberView extends Remote {
  stage: 'meeting' | LinkStage;
  /** To be read aloud; empty until both know each other. */
  code: string[];
  familiarity: Familiarity | null;
  sharing: Sharing;
  quality: Quality;
  /** How much of the own picture goes to them. */
  step: Step;
  incoming: Record<keyof Outgoing, MediaStream> | null;
}

interface Options {
  remote: Remote;
  place: Place;
  own: Omit<Side, 'nonce'>;
  key: SigningKey;
  way: Way;
  figures: Figures;
  session: string;
  tracks: () => Outgoing;
  send: (signal: Signal) => void;
  speaksFor: (publicKey: string) => Promise<boolean>;
  familiar: (publicKey: string) => Promise<[string, Familiarity]>;
  changed: () => void;
  gone: () => void;
  refused: (why: Refusal) => void;
}

const NOTHING: Sharing = { microphone: false, camera: 'off', screen: false, phone: false };
const AGAIN_MS = 2_000;
/** How often a call looks at its connections. */
export const LOOK_MS = 2_000;

/** Somebody else in the call: getting to know them, the connection, and how good it is. */
export class Member {
  readonly remote: Remote;
  keyId: string | null = null;
  familiarity: Familiarity | null = null;
  wasConnected = false;
  #publicKey: string | null = null;
  readonly #options: Options;
  readonly #pairing: Pairing;
  #link: Linked | null = null;
  #closed = false;
  #their = NOTHING;
  #own = NOTHING;
  #code: string[] = [];
  #session: string | null = null;
  #early: Extract<Said, { kind: 'description' | 'candidate' | 'sealed' }>[] = [];
  readonly #inTurn = inTurn();
  #again: ReturnType<typeof setInterval>;
  #standing: Standing = AT_FIRST;
  #look: Look | null = null;
  #here = true;

  constructor(options: Options) {
    this.#options = options;
    this.remote = options.remote;
    const { place, own, key, speaksFor, remote } = options;
    const them = { participant: remote.participant, peer: remote.peer };
    this.#pairing = new Pairing({ place, own, key, them, speaksFor, send: (said) => this.#send(said) });
    void this.#pairing.open();
    this.#again = setInterval(() => this.repeat(), AGAIN_MS);
  }

  /** Whether a signal is of another session than before: the tab was loaded anew, and all begins again. */
  isAnother(session: string): boolean {
    return this.#session !== null && this.#session !== session;
  }

  /** Takes what they said, one thing after the other. Rejects with Refused when it cannot be theirs. */
  heard(signal: Signal): Promise<void> {
    this.#session = signal.session;
    return this.#inTurn(() => this.#take(signal));
  }

  /** Says again what may have been lost. */
  repeat(): void {
    if (!this.#pairing.complete) void this.#pairing.open();
    else this.#link?.repeat();
  }

  /** Whether the server sees them in the room. Whoever it does not see is gone once the connection is, too. */
  seen(here: boolean): void {
    this.#here = here;
    if (!here && this.#link?.stage !== 'connected') this.#leaveSoon();
  }

  /** Puts other tracks in place. */
  async share(tracks: Outgoing): Promise<void> {
    await this.#link?.share(tracks);
    await this.#fit();
  }

  /** Lets them know what is shared. */
  tell(sharing: Sharing): void {
    this.#own = sharing;
    const paused = sharing.camera === 'on' && this.#standing.step === 'audio';
    this.#link?.tell({ kind: 'state', state: paused ? { ...sharing, camera: 'paused' } : sharing });
  }

  /** Whether the key that they came with still speaks for them. Who said nothing yet is asked when they do. */
  async isStillTheirs(): Promise<boolean> {
    return this.#publicKey === null || this.#options.speaksFor(this.#publicKey);
  }

  /** Looks for another way through the network. */
  restart(): void {
    this.#link?.restart();
  }

  /** How loud they are, from 0 to 1. */
  level(): number {
    const [source] = this.#link?.receiver('audio')?.getSynchronizationSources() ?? [];
    return source?.audioLevel ?? 0;
  }

  /** Looks how good the connection is, and takes the step that fits. */
  async look(): Promise<void> {
    if (this.#link?.stage !== 'connected') return;
    const { figures } = this.#options;
    const report = await this.#link.stats();
    const found = look(report, this.#look);
    this.#look = found;
    figures.note(found, this.#standing.step, LOOK_MS / 1000);
    const before = this.#standing.step;
    this.#standing = nextStanding(this.#standing, found);
    if (this.#standing.step === before) return;
    if (STEPS.indexOf(this.#standing.step) > STEPS.indexOf(before)) figures.stepsDown += 1;
    await this.#fit();
    this.tell(this.#own);
  }

  /** Ends the connection. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#again);
    this.#link?.close();
  }

  /** What a screen shows. */
  view(): MemberView {
    const connected = this.#link?.stage === 'connected';
    return {
      ...this.remote,
      stage: this.#link?.stage ?? 'meeting',
      code: this.#options.way.endToEnd ? this.#code : [],
      familiarity: this.#options.way.endToEnd ? this.familiarity : null,
      sharing: this.#their,
      quality: connected ? (this.#look ? qualityOf(this.#look) : 3) : 0,
      step: this.#standing.step,
      incoming: this.#link?.incoming ?? null,
    };
  }

  async #take(signal: Signal): Promise<void> {
    if (this.#closed) return;
    switch (signal.kind) {
      case 'meet':
        await this.#pairing.met(signal.commitment);
        return;
      case 'reveal': {
        const paired = await this.#pairing.revealed(signal);
        if (!paired) return;
        this.#publicKey = paired.publicKey;
        [this.keyId, this.familiarity] = await this.#options.familiar(paired.publicKey);
        this.#code = paired.code;
        await this.#connect();
        return;
      }
      case 'description':
      case 'candidate':
      case 'sealed':
        if (this.#link) await this.#link.heard(signal);
        else this.#early.push(signal);
    }
  }

  async #connect(): Promise<void> {
    const { way, own, remote, tracks } = this.#options;
    const link = await way.link(
      {
        pairing: this.#pairing,
        polite: own.peer > remote.peer,
        send: (said) => this.#send(said),
        onStage: (stage) => this.#staged(stage),
        onTold: (told) => {
          if (told.kind === 'bye') this.#options.gone();
          else this.#their = told.state;
          this.#options.changed();
        },
        onIncoming: this.#options.changed,
        onRefused: this.#options.refused,
      },
      tracks(),
    );
    if (this.#closed) {
      link.close();
      return;
    }
    this.#link = link;
    this.tell(this.#own);
    this.#options.changed();
    for (const said of this.#early.splice(0)) await this.#link.heard(said);
  }

  #staged(stage: LinkStage): void {
    if (stage === 'connected') {
      this.wasConnected = true;
      void this.#fit();
    }
    if (stage === 'broken') this.#options.figures.reconnects += 1;
    if (stage === 'broken' && !this.#here) this.#leaveSoon();
    this.#options.changed();
  }

  /** A tab that the server does not see, and that is not connected either, has a moment to come back. */
  #leaveSoon(): void {
    setTimeout(() => {
      if (!this.#here && !this.#closed && this.#link?.stage !== 'connected') this.#options.gone();
    }, 5_000);
  }

  async #fit(): Promise<void> {
    const sender = this.#link?.sender('camera');
    if (!sender?.track) return;
    const parameters = sender.getParameters();
    const [encoding] = parameters.encodings;
    if (!encoding) return;
    Object.assign(encoding, encodingOf(this.#standing.step));
    await sender.setParameters(parameters).catch(() => undefined); // replaced meanwhile: the next look says it again
  }

  #send(said: Said): void {
    if (!this.#closed) this.#options.send({ ...said, session: this.#options.session, heard: this.#session });
  }
}
