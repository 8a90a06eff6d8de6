import { passingKey } from '@/lib/e2e/signing';
import { Pairing } from '../pairing';
import type { Said } from '../signals';
import { makeAgreement } from './agreement';

const PLACE = { room: 'r', revision: 1 };

/** What a browser has as MediaStream. */
export class Stream {
  readonly #tracks: unknown[];
  constructor(tracks: unknown[] = []) {
    this.#tracks = tracks;
  }
  getTracks = () => [...this.#tracks];
}

/** Two tabs that know each other, and the agreement of each. */
export async function couple() {
  const agreements = [await makeAgreement(), await makeAgreement()] as const;
  const keys = [await passingKey(), await passingKey()] as const;
  const names = ['a', 'b'] as const;
  const boxes: Said[][] = [[], []];
  const pairings = [0, 1].map((at) => {
    const [own, them] = [at as 0 | 1, (1 - at) as 0 | 1];
    return new Pairing({
      place: PLACE,
      own: {
        participant: `person:${names[own]}`,
        peer: names[own],
        publicKey: keys[own].publicKey,
        fingerprint: agreements[own].fingerprint,
      },
      key: keys[own],
      them: { participant: `person:${names[them]}`, peer: names[them] },
      speaksFor: (key) => Promise.resolve(key === keys[them].publicKey),
      send: (said) => boxes[them]?.push(said),
    });
  }) as [Pairing, Pairing];
  await Promise.all(pairings.map((one) => one.open()));
  while (boxes.some((box) => box.length > 0)) {
    for (const [at, box] of boxes.entries()) {
      const said = box.shift();
      if (said?.kind === 'meet') await pairings[at as 0 | 1].met(said.commitment);
      if (said?.kind === 'reveal') await pairings[at as 0 | 1].revealed(said);
    }
  }
  return { pairings, agreements };
}
