import { type Bytes, randomBytes, toBase64url } from '@/lib/e2e/bytes';
import { signedBy, type SigningKey } from '@/lib/e2e/signing';
import { fingerprintOf } from './fingerprint';
import type { Said } from './signals';
import { codeOf, commitmentOf, descriptionStatement, type Place, type Side, transcriptOf } from './statements';

/** Why a call is not held with somebody: what was said cannot be theirs, or they found that of us. */
export type Refusal = 'commitment' | 'unknown-key' | 'fingerprint' | 'signature' | 'plain' | 'reported';

/** Somebody stands between, or the other side lies. */
export class Refused extends Error {
  readonly why: Refusal;

  constructor(why: Refusal) {
    super(why);
    this.why = why;
  }
}

/** Both sides know each other: whose key it is, and the code that both show. */
export interface Paired {
  publicKey: string;
  code: string[];
}

interface Options {
  place: Place;
  own: Omit<Side, 'nonce'>;
  key: SigningKey;
  them: { participant: string; peer: string };
  /** Whether the key is one that speaks for this participant. */
  speaksFor: (publicKey: string) => Promise<boolean>;
  send: (said: Said) => void;
}

/**
 * How two tabs come to know each other's keys and certificates. Each first commits itself by a digest and opens it
 * when it has the other's, so that nobody can choose what they say by what the other said: a stranger between the two
 * has one guess at a code that both would show. From then on every description is signed, each with a higher number.
 */
export class Pairing {
  readonly #options: Options;
  readonly #own: Side;
  #commitment: string | null = null;
  #transcript: string | null = null;
  #theirs: Side | null = null;
  #said = 0;
  #heard = 0;

  constructor(options: Options) {
    this.#options = options;
    this.#own = { ...options.own, nonce: toBase64url(randomBytes(32)) };
  }

  /** Whether both are known. */
  get complete(): boolean {
    return this.#transcript !== null;
  }

  /** Begins, or says again what may have been lost. */
  async open(): Promise<void> {
    this.#options.send({ kind: 'meet', commitment: await commitmentOf(this.#options.place, this.#own) });
    if (this.#commitment !== null) this.#reveal();
  }

  /** Takes the other's commitment; rejects with Refused for a second one. Who was not there yet is told ours again. */
  async met(commitment: string): Promise<void> {
    const first = this.#commitment === null;
    if (!first && this.#commitment !== commitment) throw new Refused('commitment');
    this.#commitment = commitment;
    if (first) await this.open();
    else this.#reveal();
  }

  /** Takes what the other opened; the pair when that makes it complete. Throws Refused. */
  async revealed({ publicKey, fingerprint, nonce }: Omit<Side, 'participant' | 'peer'>): Promise<Paired | null> {
    const { place, them, speaksFor } = this.#options;
    if (this.#commitment === null || this.complete) return null;
    const side = { ...them, publicKey, fingerprint, nonce };
    if ((await commitmentOf(place, side)) !== this.#commitment) throw new Refused('commitment');
    if (!(await speaksFor(publicKey))) throw new Refused('unknown-key');
    this.#theirs = side;
    this.#transcript = await transcriptOf(place, this.#own, side);
    return { publicKey, code: await codeOf(this.#transcript) };
  }

  /** A description as it is sent: with a number and a signature. */
  async signed(description: RTCSessionDescription): Promise<Said> {
    const { type, sdp } = description;
    const number = ++this.#said;
    const statement = await descriptionStatement(this.#proven(), this.#own, number, { type, sdp });
    return { kind: 'description', number, description: { type, sdp }, signature: await this.#options.key.sign(statement) };
  }

  /** Whether a description that came is theirs and new: false for one that was heard before. Throws Refused. */
  async verified(said: Extract<Said, { kind: 'description' }>): Promise<boolean> {
    const theirs = this.#theirs;
    if (theirs === null) return false;
    const statement = await descriptionStatement(this.#proven(), theirs, said.number, said.description);
    if (!(await signedBy(theirs.publicKey, said.signature, statement))) throw new Refused('signature');
    if (fingerprintOf(said.description.sdp) !== theirs.fingerprint) throw new Refused('fingerprint');
    if (said.number <= this.#heard) return false;
    this.#heard = said.number;
    return true;
  }

  /** What both proved, for more that is said between them. Throws before they know each other. */
  get proven(): { transcript: string; own: Side; theirs: Side } {
    const transcript = this.#proven();
    if (this.#theirs === null) throw new Error('they do not know each other yet');
    return { transcript, own: this.#own, theirs: this.#theirs };
  }

  /** Signs by the key that speaks for this side. */
  sign(statement: Bytes): Promise<string> {
    return this.#options.key.sign(statement);
  }

  #reveal(): void {
    const { publicKey, fingerprint, nonce } = this.#own;
    this.#options.send({ kind: 'reveal', publicKey, fingerprint, nonce });
  }

  #proven(): string {
    if (this.#transcript === null) throw new Error('they do not know each other yet');
    return this.#transcript;
  }
}
