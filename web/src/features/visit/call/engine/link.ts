import { inTurn } from '@/lib/inTurn';
import type { Said } from './signals';
import { asTold, type Told } from './told';
import type { Linked, LinkOptions } from './way';

export type LinkStage = 'connecting' | 'connected' | 'broken' | 'closed';

/** What goes out to everybody: null where something is off. */
export interface Outgoing {
  audio: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
  screen: MediaStreamTrack | null;
}

interface Options extends LinkOptions {
  certificate: RTCCertificate;
  ice: RTCConfiguration;
  /** Asked again before a way is looked for anew: passwords of relays run out. */
  freshIce: () => Promise<RTCConfiguration>;
}

const ORDER = ['audio', 'camera', 'screen'] as const;
const PATIENCE_MS = 3_000;

/**
 * One connection to one tab, by the pattern of perfect negotiation (W3C WebRTC section 10.7). The side that is not
 * polite makes three tracks once, sound, camera and screen, and both keep to them: what is switched on or off is
 * replaced in its place, so that nothing is negotiated anew but the way through the network.
 */
export class Link implements Linked {
  readonly connection: RTCPeerConnection;
  /** What comes in, by what it is. */
  readonly incoming: Record<keyof Outgoing, MediaStream> = {
    audio: new MediaStream(),
    camera: new MediaStream(),
    screen: new MediaStream(),
  };
  stage: LinkStage = 'connecting';
  readonly #options: Options;
  readonly #channel: RTCDataChannel;
  #transceivers: RTCRtpTransceiver[] = [];
  #outgoing: Outgoing = { audio: null, camera: null, screen: null };
  #making = false;
  #ignoring = false;
  #answering = false;
  #early: RTCIceCandidateInit[] = [];
  readonly #inTurn = inTurn();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #told: Told | null = null;

  constructor(options: Options, outgoing: Outgoing) {
    this.#options = options;
    this.#outgoing = outgoing;
    const connection = new RTCPeerConnection({ ...options.ice, certificates: [options.certificate] });
    this.connection = connection;
    this.#channel = connection.createDataChannel('state', { negotiated: true, id: 0 });
    this.#channel.onmessage = ({ data }) => this.#hear(data);
    this.#channel.onopen = () => this.#told && this.#channel.send(JSON.stringify(this.#told));
    connection.onicecandidate = ({ candidate }) =>
      candidate && options.send({ kind: 'candidate', candidate: candidate.toJSON() });
    connection.onnegotiationneeded = () => void this.#later(() => this.#describe());
    connection.onconnectionstatechange = () => this.#changed();
    connection.oniceconnectionstatechange = () => this.#changed();
    connection.ontrack = () => this.#takeTracks();
    if (!options.polite) this.#makeTracks();
  }

  /** Puts other tracks in the places of those before. */
  async share(outgoing: Outgoing): Promise<void> {
    this.#outgoing = outgoing;
    await Promise.all(this.#transceivers.map((one, at) => this.#put(one, at)));
  }

  /** The sender of one of the three, once there is one. */
  sender(of: keyof Outgoing): RTCRtpSender | null {
    return this.#transceivers[ORDER.indexOf(of)]?.sender ?? null;
  }

  /** The receiver of one of the three, once there is one. */
  receiver(of: keyof Outgoing): RTCRtpReceiver | null {
    return this.#transceivers[ORDER.indexOf(of)]?.receiver ?? null;
  }

  /** Lets the other side know; the last of it again when the channel opens. */
  tell(told: Told): void {
    if (told.kind === 'state') this.#told = told;
    if (this.#channel.readyState === 'open') this.#channel.send(JSON.stringify(told));
  }

  /** Takes a description or a candidate that came. Rejects with Refused for a description that is not theirs. */
  heard(said: Said): Promise<void> {
    return this.#later(async () => {
      if (said.kind === 'description') await this.#takeDescription(said);
      else if (said.kind === 'candidate') await this.#take(said.candidate);
    });
  }

  /** What the browser counts. */
  async stats(): Promise<Map<string, Record<string, unknown>>> {
    return (await this.connection.getStats()) as unknown as Map<string, Record<string, unknown>>;
  }

  /** Looks for another way through the network, as after a change of it. */
  restart(): void {
    if (this.stage === 'closed') return;
    // The server may be away as well; the passwords one has are good for hours.
    const fresh = this.#options.freshIce().catch(() => ({}));
    void fresh.then((ice) => {
      if (this.stage === 'closed') return;
      this.connection.setConfiguration({ ...this.connection.getConfiguration(), ...ice });
      this.connection.restartIce();
    });
  }

  /** Says again what was not answered: the way there may have been broken. */
  repeat(): void {
    void this.#later(async () => {
      const { localDescription, signalingState } = this.connection;
      if (signalingState === 'have-local-offer' && localDescription) await this.#say(localDescription);
    });
  }

  /** Ends it; the other side hears so where it still can. */
  close(): void {
    if (this.stage === 'closed') return;
    this.tell({ kind: 'bye' });
    this.#wait(null);
    this.connection.onconnectionstatechange = null;
    this.connection.oniceconnectionstatechange = null;
    this.#to('closed');
    // The word needs a moment on its way.
    setTimeout(() => this.connection.close(), 150);
  }

  #makeTracks(): void {
    this.#transceivers = ORDER.map((kind) =>
      this.connection.addTransceiver(kind === 'audio' ? 'audio' : 'video', { direction: 'sendrecv' }),
    );
    this.#transceivers.forEach((one, at) => void this.#put(one, at));
  }

  #takeTracks(): void {
    const found = this.connection.getTransceivers().filter((one) => one.mid !== null);
    found.sort((one, other) => Number(one.mid) - Number(other.mid));
    this.#transceivers = found.slice(0, ORDER.length);
    ORDER.forEach((kind, at) => {
      const track = this.#transceivers[at]?.receiver.track;
      if (track && !this.incoming[kind].getTracks().includes(track)) this.incoming[kind].addTrack(track);
    });
  }

  async #put(transceiver: RTCRtpTransceiver, at: number): Promise<void> {
    const kind = ORDER[at];
    const track = kind ? this.#outgoing[kind] : null;
    if (transceiver.sender.track !== track && this.connection.signalingState !== 'closed') {
      await transceiver.sender.replaceTrack(track);
    }
  }

  async #describe(): Promise<void> {
    // The first description is the other side's to make: what this one would make has no tracks.
    if (this.#options.polite && !this.connection.remoteDescription) return;
    try {
      this.#making = true;
      await this.connection.setLocalDescription();
      if (this.connection.localDescription) await this.#say(this.connection.localDescription);
    } finally {
      this.#making = false;
    }
  }

  async #takeDescription(said: Extract<Said, { kind: 'description' }>): Promise<void> {
    if (!(await this.#options.pairing.verified(said))) return;
    const { description } = said;
    const { connection } = this;
    const ready = !this.#making && (connection.signalingState === 'stable' || this.#answering);
    const clash = description.type === 'offer' && !ready;
    this.#ignoring = clash && !this.#options.polite;
    if (this.#ignoring) return;
    if (description.type === 'answer' && connection.signalingState !== 'have-local-offer') return;
    this.#answering = description.type === 'answer';
    await connection.setRemoteDescription(description);
    this.#answering = false;
    this.#takeTracks();
    for (const candidate of this.#early.splice(0)) await this.#take(candidate);
    if (description.type !== 'offer') return;
    for (const [at, one] of this.#transceivers.entries()) {
      if (one.direction !== 'sendrecv') one.direction = 'sendrecv';
      await this.#put(one, at);
    }
    await connection.setLocalDescription();
    if (connection.localDescription) await this.#say(connection.localDescription);
  }

  async #take(candidate: RTCIceCandidateInit): Promise<void> {
    if (!this.connection.remoteDescription) {
      this.#early.push(candidate);
      return;
    }
    try {
      await this.connection.addIceCandidate(candidate);
    } catch {
      // One of an offer that was not taken, or of a way that is not looked for any more: others come.
    }
  }

  async #say(description: RTCSessionDescription): Promise<void> {
    this.#options.send(await this.#options.pairing.signed(description));
  }

  #hear(data: unknown): void {
    const told = asTold(data);
    if (told) this.#options.onTold(told);
  }

  #changed(): void {
    const { connectionState, iceConnectionState } = this.connection;
    if (connectionState === 'connected') {
      this.#wait(null);
      this.#to('connected');
      return;
    }
    if (connectionState !== 'failed' && connectionState !== 'disconnected' && iceConnectionState !== 'failed') return;
    this.#to('broken');
    this.#wait(connectionState === 'failed' ? 0 : PATIENCE_MS);
  }

  /** Looks for another way after a while, again and again until there is one. The polite side lets the other begin. */
  #wait(milliseconds: number | null): void {
    if (milliseconds === null && this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
    if (milliseconds === null || this.#timer !== null) return;
    const turn = this.#options.polite ? PATIENCE_MS : 0;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.restart();
      this.#wait(2 * PATIENCE_MS);
    }, milliseconds + turn);
  }

  #to(stage: LinkStage): void {
    if (this.stage === stage || this.stage === 'closed') return;
    this.stage = stage;
    this.#options.onStage(stage);
  }

  /** One after the other: each step finds the connection as the one before left it. */
  #later(step: () => Promise<void>): Promise<void> {
    return this.#inTurn(() => (this.stage === 'closed' ? undefined : step()));
  }
}
