import { ownFingerprint } from './fingerprint';
import { Link, type LinkStage, type Outgoing } from './link';
import type { Pairing, Refusal } from './pairing';
import type { Said } from './signals';
import type { Told } from './told';

/** What a connection to one tab needs of the member that it is for. */
export interface LinkOptions {
  pairing: Pairing;
  /** Whether this side gives way when both describe at once; the other one makes the tracks. */
  polite: boolean;
  send: (said: Said) => void;
  onStage: (stage: LinkStage) => void;
  onTold: (told: Told) => void;
  /** Something else is `incoming` than before. */
  onIncoming: () => void;
  onRefused: (why: Refusal) => void;
}

/** A connection to one tab, whichever way it takes. */
export interface Linked {
  readonly stage: LinkStage;
  /** What comes in, by what it is. */
  readonly incoming: Record<keyof Outgoing, MediaStream>;
  stats: () => Promise<Iterable<[string, Record<string, unknown>]>>;
  share: (tracks: Outgoing) => Promise<void>;
  tell: (told: Told) => void;
  heard: (said: Said) => Promise<void>;
  repeat: () => void;
  restart: () => void;
  sender: (kind: keyof Outgoing) => RTCRtpSender | null;
  receiver: (kind: keyof Outgoing) => RTCRtpReceiver | null;
  close: () => void;
}

/** A room of a media server, and how one comes in. */
export interface MediaServer {
  platform: string;
  /** Where it is, unless there is one of its kind alone. */
  server: string;
  room: string;
  token: string;
}

/** How the media of a call go. */
export interface Way {
  /** Whether nobody but the people in the call can read them. */
  readonly endToEnd: boolean;
  /** How many others there can be. */
  readonly most: number;
  /** What this tab commits itself to when it meets another: what proves that media are from it. */
  readonly fingerprint: string;
  link: (options: LinkOptions, outgoing: Outgoing) => Promise<Linked>;
  /** Puts other tracks in place, where all take the same way. */
  share: (tracks: Outgoing) => Promise<void>;
  close: () => void;
}

const CERTIFICATE: EcKeyGenParams = { name: 'ECDSA', namedCurve: 'P-256' };

/** From browser to browser, or by a relay that sees encrypted packets. */
export async function directWay(ice: () => Promise<RTCConfiguration>): Promise<Way> {
  const certificate = await RTCPeerConnection.generateCertificate(CERTIFICATE);
  return {
    endToEnd: true,
    most: 3,
    fingerprint: await ownFingerprint(certificate),
    link: async (options, outgoing) => new Link({ ...options, certificate, ice: await ice(), freshIce: ice }, outgoing),
    share: () => Promise.resolve(),
    close: () => undefined,
  };
}
