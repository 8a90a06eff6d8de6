import { keep, kept } from '@/lib/e2e/keep';

/** Whose key was met before: a server that hands out another one is found out. */
export interface Pins {
  /** The key that this browser met first, or that the person said is right. */
  known: (participant: string) => Promise<string | undefined>;
  trust: (participant: string, publicKey: string) => Promise<void>;
}

/** The pins of one person in this browser; they outlast signing out, and name nobody but by ids. */
export function pinsOf(you: string): Pins {
  return {
    known: (participant) => kept<string>('pins', `${you} ${participant}`),
    trust: (participant, publicKey) => keep('pins', `${you} ${participant}`, publicKey),
  };
}
