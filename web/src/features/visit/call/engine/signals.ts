/** What one tab says to another through the server, which reads none of it. */
export type Said =
  | { kind: 'meet'; commitment: string }
  | { kind: 'reveal'; publicKey: string; fingerprint: string; nonce: string }
  | { kind: 'description'; number: number; description: { type: RTCSdpType; sdp: string }; signature: string }
  | { kind: 'candidate'; candidate: RTCIceCandidateInit }
  | { kind: 'sealed'; number: number; sealed: string; signature: string }
  | { kind: 'bye'; refused?: boolean };

/** `session` is the sender's call, which a tab that was loaded anew begins again; `heard` the one it answers to. */
export type Signal = Said & { session: string; heard: string | null };

const KINDS: readonly string[] = ['meet', 'reveal', 'description', 'candidate', 'sealed', 'bye'];

/** What came, when it has the shape of a signal. What it claims is for others to prove. */
export function asSignal(data: unknown): Signal | null {
  if (typeof data !== 'object' || data === null) return null;
  const { kind, session, heard } = data as Record<string, unknown>;
  if (typeof session !== 'string' || !(heard === null || typeof heard === 'string')) return null;
  if (typeof kind !== 'string' || !KINDS.includes(kind)) return null;
  return wellFormed(data as Signal) ? (data as Signal) : null;
}

function wellFormed(signal: Signal): boolean {
  const texts = (...all: unknown[]) => all.every((one) => typeof one === 'string' && one.length <= 60_000);
  switch (signal.kind) {
    case 'meet':
      return texts(signal.commitment);
    case 'reveal':
      return texts(signal.publicKey, signal.fingerprint, signal.nonce);
    case 'description': {
      const { description, number, signature } = signal as { description?: Partial<RTCSessionDescriptionInit> } & Signal & { number: unknown; signature: unknown };
      return Number.isSafeInteger(number) && texts(signature, description?.type, description?.sdp);
    }
    case 'candidate':
      return typeof signal.candidate === 'object' && texts(signal.candidate.candidate);
    case 'sealed':
      return Number.isSafeInteger(signal.number) && texts(signal.sealed, signal.signature);
    default:
      return true;
  }
}
