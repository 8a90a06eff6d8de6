import { type Bytes, concat, fromBase64url, randomBytes, textOf, toBase64url, utf8 } from '@/lib/e2e/bytes';
import { context } from '@/lib/e2e/context';
import { signedBy } from '@/lib/e2e/signing';
import { type Pairing, Refused } from '../pairing';
import type { Said } from '../signals';
import type { Agreement } from './agreement';

export type Sealed = Extract<Said, { kind: 'sealed' }>;

const NONCE = 12;

/**
 * What two tabs that know each other say through the room's socket: sealed by the key that they agreed on, and signed
 * by the key that speaks for who says it. Each is numbered, and heard once.
 */
export class Channel {
  readonly #pairing: Pairing;
  readonly #agreement: Agreement;
  #key: Promise<CryptoKey> | null = null;
  #said = 0;
  #heard = 0;

  constructor(pairing: Pairing, agreement: Agreement) {
    this.#pairing = pairing;
    this.#agreement = agreement;
  }

  /** As it is sent. */
  async seal(what: unknown): Promise<Sealed> {
    const number = ++this.#said;
    const nonce = randomBytes(NONCE);
    const additionalData = this.#place(this.#pairing.proven.own.peer, number);
    const text = utf8(JSON.stringify(what));
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData }, await this.#agreed(), text);
    const bytes = concat(nonce, new Uint8Array(sealed));
    const signature = await this.#pairing.sign(concat(additionalData, bytes));
    return { kind: 'sealed', number, sealed: toBase64url(bytes), signature };
  }

  /** What they said; null for what was heard before. Throws Refused for what is not theirs. */
  async open({ number, sealed, signature }: Sealed): Promise<unknown> {
    const { theirs } = this.#pairing.proven;
    const additionalData = this.#place(theirs.peer, number);
    try {
      const bytes = fromBase64url(sealed);
      if (!(await signedBy(theirs.publicKey, signature, concat(additionalData, bytes)))) throw new Refused('signature');
      if (number <= this.#heard) return null;
      const algorithm = { name: 'AES-GCM', iv: bytes.slice(0, NONCE), additionalData };
      const opened = await crypto.subtle.decrypt(algorithm, await this.#agreed(), bytes.slice(NONCE));
      this.#heard = number;
      return JSON.parse(textOf(new Uint8Array(opened))) as unknown;
    } catch {
      throw new Refused('signature');
    }
  }

  #agreed(): Promise<CryptoKey> {
    const { theirs, transcript } = this.#pairing.proven;
    this.#key ??= this.#agreement.with(theirs.fingerprint, transcript);
    return this.#key;
  }

  #place(peer: string, number: number): Bytes {
    return context('call-sealed', this.#pairing.proven.transcript, peer, number);
  }
}
