import { randomBytes, toBase64url } from '@/lib/e2e/bytes';
import { compared, type Familiarity, met } from '@/lib/e2e/pins';
import { type SigningKey, signingKeyId } from '@/lib/e2e/signing';
import { Captions } from './captions';
import { type CallNumbers, Figures } from './figures';
import { type Devices, OwnMedia } from './media';
import { LOOK_MS, Member, type MemberView } from './member';
import { watchNetwork } from './network';
import { Refused, type Refusal } from './pairing';
import { asSignal, type Signal } from './signals';
import type { Place } from './statements';
import type { Sharing } from './told';
import type { Way } from './way';

/** Somebody else in the room. */
export interface Remote {
  participant: string;
  peer: string;
  name: string;
  role: string;
}

/** The world around a call: the room it is in, the way signals take, and who may speak for whom. */
export interface Surroundings {
  place: Place;
  you: { participant: string; peer: string };
  key: SigningKey;
  devices: Devices;
  send: (to: string, signal: Signal) => void;
  /** The public keys that speak for a participant now. */
  keysOf: (participant: string) => Promise<string[]>;
  /** Opens the way that media take; asked once. */
  way: () => Promise<Way>;
  /** Hears at the end what a call was like in which somebody was met. */
  ended: (numbers: CallNumbers) => void;
}

/** What a screen shows of a call. A new one at every change. */
export interface CallView {
  phase: 'opening' | 'waiting' | 'on' | 'refused' | 'over';
  /** Whether nobody but the people in it can read what is seen and heard; else codes would promise too much. */
  endToEnd: boolean;
  /** Who was not who they said, and why. */
  refused: { name: string; why: Refusal } | null;
  /** When the first two were connected. */
  since: number | null;
  own: Sharing & { canBlur: boolean; blur: boolean; problems: OwnMedia['problems']; devices: Devices };
  tracks: OwnMedia['tracks'];
  people: MemberView[];
  /** Where captions go on the pictures that are shown. */
  captions: Captions;
}

/**
 * A call of as many as its way can bear, each known to each. It holds the media and the members and knows nothing of screens. The
 * way of the signals may break and come back without anything that is seen or heard.
 */
export class Call {
  readonly media: OwnMedia;
  readonly #captions = new Captions();
  readonly #around: Surroundings;
  readonly #members = new Map<string, Member>();
  readonly #figures = new Figures();
  readonly #session = toBase64url(randomBytes(12));
  readonly #listeners = new Set<() => void>();
  #way: Way | null = null;
  #waiting = new Map<string, Remote>();
  #phase: CallView['phase'] = 'opening';
  #refused: CallView['refused'] = null;
  #since: number | null = null;
  #phone = false;
  #view: CallView;
  #timer: ReturnType<typeof setInterval> | null = null;
  #unwatch: (() => void) | null = null;

  constructor(around: Surroundings) {
    this.#around = around;
    this.media = new OwnMedia(around.devices, () => this.#mediaChanged());
    this.#view = this.#seen();
  }

  /** Opens the devices and begins to meet whoever is there. */
  async start(): Promise<void> {
    const way = await this.#around.way();
    if (this.#phase === 'opening') await this.media.open();
    if (this.#phase !== 'opening') {
      way.close(); // left while the browser asked
      this.media.close();
      return;
    }
    this.#way = way;
    void way.share(this.media.tracks);
    this.#phase = 'waiting';
    this.#timer = setInterval(() => void this.#lookAround(), LOOK_MS);
    this.#unwatch = watchNetwork(() => {
      for (const member of this.#members.values()) member.restart();
    });
    window.addEventListener('pagehide', this.leave);
    for (const remote of this.#waiting.values()) this.#meet(remote);
    this.#changed();
  }

  /** What a screen shows now. */
  readonly view = (): CallView => this.#view;

  /** Calls back at every change; returns how to stop. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Who is in the room now besides this tab. Whoever is not any more, but still connected, is kept until that breaks. */
  there(remotes: Remote[]): void {
    this.#waiting = new Map(remotes.map((one) => [one.peer, one]));
    if (this.#phase === 'waiting' || this.#phase === 'on') for (const one of remotes) this.#meet(one);
    for (const member of this.#members.values()) member.seen(this.#waiting.has(member.remote.peer));
  }

  /** Somebody has left for good, or was removed. */
  gone(peer: string): void {
    this.#waiting.delete(peer);
    this.#drop(peer);
  }

  /** Takes what a tab said. */
  async heard(from: string, data: unknown): Promise<void> {
    const signal = asSignal(data);
    if (!signal) return;
    const remote = this.#waiting.get(from) ?? this.#members.get(from)?.remote;
    if (!remote || !this.#way || this.#phase === 'refused' || this.#phase === 'over') return;
    if (signal.kind === 'bye') {
      if (signal.refused === true) this.#refuse(remote, 'reported');
      else this.#drop(from);
      return;
    }
    if (signal.heard !== null && signal.heard !== this.#session) return;
    if (this.#members.get(from)?.isAnother(signal.session)) this.#drop(from);
    const member = this.#meet(remote);
    try {
      await member?.heard(signal);
    } catch (error) {
      if (error instanceof Refused) this.#refuse(remote, error.why);
      else throw error;
    }
  }

  /** The way of the signals is there again: says once more what may have been lost. */
  again(): void {
    for (const member of this.#members.values()) member.repeat();
  }

  /** Keys in the room are others: whoever is here by one that was revoked meanwhile is not heard on. */
  async keysChanged(): Promise<void> {
    for (const member of this.#members.values()) {
      if (await member.isStillTheirs().catch(() => true)) continue;
      this.#refuse(member.remote, 'unknown-key');
      return;
    }
  }

  /** Keeps that the code of somebody was read aloud and is the same. */
  async comparedWith(peer: string): Promise<void> {
    const member = this.#members.get(peer);
    if (!member?.keyId) return;
    await compared(this.#around.you.participant, member.remote.participant, member.keyId);
    member.familiarity = 'compared';
    this.#changed();
  }

  /** Goes on by telephone: nothing is sent from here any more, and the others are told. */
  async switchToPhone(): Promise<void> {
    this.#phone = true;
    this.media.setMicrophone(false);
    if (this.media.screen) this.media.stopScreen();
    await this.media.setCamera(false);
  }

  /** Comes back from the telephone. */
  backFromPhone(): void {
    this.#phone = false;
    this.media.setMicrophone(true);
  }

  /** How loud each is now, from 0 to 1. */
  levels(): Map<string, number> {
    return new Map([...this.#members].map(([peer, member]) => [peer, member.level()]));
  }

  /** Ends it here; the others hear that it was meant. */
  readonly leave = (): void => this.#end('over');

  #end(phase: 'over' | 'refused'): void {
    if (this.#phase === 'over' || this.#phase === 'refused') return;
    this.#phase = phase;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#unwatch?.();
    window.removeEventListener('pagehide', this.leave);
    for (const peer of [...this.#members.keys()]) {
      this.#around.send(peer, { kind: 'bye', session: this.#session, heard: null, refused: phase === 'refused' });
      this.#members.get(peer)?.close();
    }
    this.#members.clear();
    this.#way?.close();
    const numbers = this.#since === null ? null : this.#figures.numbers((Date.now() - this.#since) / 1000);
    if (numbers) this.#around.ended(numbers);
    this.media.close();
    this.#changed();
  }

  #refuse(remote: Remote, why: Refusal): void {
    if (this.#phase === 'over') return;
    this.#refused = { name: remote.name, why };
    this.#end('refused');
  }

  #meet(remote: Remote): Member | null {
    const { place, you, key, keysOf, send } = this.#around;
    const known = this.#members.get(remote.peer);
    if (known || !this.#way) return known ?? null;
    if (this.#members.size >= this.#way.most) return null;
    const member = new Member({
      remote,
      place,
      own: { ...you, publicKey: key.publicKey, fingerprint: this.#way.fingerprint },
      key,
      way: this.#way,
      figures: this.#figures,
      session: this.#session,
      tracks: () => this.media.tracks,
      send: (signal) => send(remote.peer, signal),
      speaksFor: async (publicKey) => (await keysOf(remote.participant)).includes(publicKey),
      familiar: (publicKey) => this.#familiar(remote.participant, publicKey),
      changed: () => this.#changed(),
      gone: () => this.#drop(remote.peer),
      refused: (why) => this.#refuse(remote, why),
    });
    this.#members.set(remote.peer, member);
    member.tell(this.#sharing());
    this.#changed();
    return member;
  }

  async #familiar(participant: string, publicKey: string): Promise<[string, Familiarity]> {
    const keyId = await signingKeyId(publicKey);
    return [keyId, await met(this.#around.you.participant, participant, keyId)];
  }

  #drop(peer: string): void {
    const member = this.#members.get(peer);
    if (!member) return;
    this.#members.delete(peer);
    member.close();
    this.#changed();
  }

  async #lookAround(): Promise<void> {
    await Promise.all([...this.#members.values()].map((member) => member.look()));
    // A place may have become free.
    for (const remote of this.#waiting.values()) this.#meet(remote);
    this.#changed();
  }

  #mediaChanged(): void {
    void this.#way?.share(this.media.tracks);
    for (const member of this.#members.values()) {
      void member.share(this.media.tracks);
      member.tell(this.#sharing());
    }
    this.#changed();
  }

  #sharing(): Sharing {
    const { media } = this;
    return {
      microphone: media.microphone && media.tracks.audio !== null,
      camera: media.tracks.camera ? 'on' : 'off',
      screen: media.screen,
      phone: this.#phone,
    };
  }

  #changed(): void {
    const connected = [...this.#members.values()].some((one) => one.wasConnected);
    if (connected) this.#since ??= Date.now();
    if (this.#phase === 'waiting' && connected) this.#phase = 'on';
    else if (this.#phase === 'on' && this.#members.size === 0) this.#phase = 'waiting';
    this.#view = this.#seen();
    for (const listener of this.#listeners) listener();
  }

  #seen(): CallView {
    const { canBlur, blur, problems, devices, tracks } = this.media;
    return {
      phase: this.#phase,
      endToEnd: this.#way?.endToEnd ?? true,
      refused: this.#refused,
      since: this.#since,
      own: { ...this.#sharing(), canBlur, blur, problems, devices },
      tracks: { ...tracks },
      people: [...this.#members.values()].map((member) => member.view()),
      captions: this.#captions,
    };
  }
}
