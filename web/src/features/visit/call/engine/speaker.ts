/** Who is shown large, and since when somebody else has been louder. */
export interface Speaking {
  peer: string | null;
  rival: string | null;
  since: number;
}

export const NOBODY: Speaking = { peer: null, rival: null, since: 0 };

const HEARD = 0.02;
const LONG_ENOUGH_MS = 700;

/**
 * Who speaks, by how loud each is (0 to 1). Somebody takes over after having been the loudest for a moment, so that a
 * cough or a word of agreement moves no pictures; silence leaves it as it is.
 */
export function nextSpeaking(now: Speaking, levels: ReadonlyMap<string, number>, at: number): Speaking {
  const peer = now.peer !== null && levels.has(now.peer) ? now.peer : null;
  const [loudest, level] = [...levels].reduce<[string | null, number]>(
    (best, one) => (one[1] > best[1] ? one : best),
    [null, HEARD],
  );
  if (loudest === null || loudest === peer) return { peer, rival: null, since: at };
  if (peer === null || (now.rival === loudest && at - now.since >= LONG_ENOUGH_MS)) {
    if (level > HEARD) return { peer: loudest, rival: null, since: at };
  }
  return now.rival === loudest ? { ...now, peer } : { peer, rival: loudest, since: at };
}
