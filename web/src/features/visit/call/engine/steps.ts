/** How much of the own picture goes out to somebody: all of it, a small one, or sound alone. */
export const STEPS = ['video', 'low-video', 'audio'] as const;
export type Step = (typeof STEPS)[number];

/** One look at a connection. */
export interface Sample {
  /** Packets of ours that did not arrive, of one. */
  loss: number;
  /** There and back, in milliseconds. */
  rtt: number;
  /** What the browser believes goes out, in bits a second; null where it does not say. */
  available: number | null;
}

/** Where somebody stands on the steps, and how long the connection has been as it is. */
export interface Standing {
  step: Step;
  bad: number;
  good: number;
  /** How many good looks the next step up takes. */
  patience: number;
  /** Looks since the last step up; a fall soon after it was taken too early. */
  sinceUp: number;
}

const BAD_LOOKS = 3;
const PATIENCE = 8;
const MOST_PATIENCE = 64;
const TOO_EARLY = 10;
const NEEDED: Record<Step, number> = { video: 350_000, 'low-video': 120_000, audio: 0 };

export const AT_FIRST: Standing = { step: 'video', bad: 0, good: 0, patience: PATIENCE, sinceUp: Infinity };

/**
 * The next standing after a look. Three bad looks in a row go a step down. Up goes by eight good ones, where a good one
 * is better than one that is merely not bad, so that it does not swing; whoever falls again soon after a step up waits
 * twice as long for the next.
 */
export function nextStanding(now: Standing, sample: Sample): Standing {
  const bad = isBad(now.step, sample) ? now.bad + 1 : 0;
  const good = isGood(sample) ? now.good + 1 : 0;
  const sinceUp = now.sinceUp + 1;
  const at = STEPS.indexOf(now.step);
  if (bad >= BAD_LOOKS && now.step !== 'audio') {
    const early = sinceUp <= TOO_EARLY;
    const patience = early ? Math.min(now.patience * 2, MOST_PATIENCE) : now.patience;
    return { step: STEPS[at + 1] ?? 'audio', bad: 0, good: 0, patience, sinceUp: Infinity };
  }
  if (good >= now.patience && now.step !== 'video') {
    return { step: STEPS[at - 1] ?? 'video', bad: 0, good: 0, patience: now.patience, sinceUp: 0 };
  }
  const calm = now.step === 'video' && good > MOST_PATIENCE;
  return { ...now, bad, good, sinceUp, patience: calm ? PATIENCE : now.patience };
}

/** What the browser is asked to send of the camera on a step. */
export function encodingOf(step: Step): { active: boolean; maxBitrate: number; maxFramerate: number; scaleResolutionDownBy: number } {
  switch (step) {
    case 'video':
      return { active: true, maxBitrate: 1_500_000, maxFramerate: 30, scaleResolutionDownBy: 1 };
    case 'low-video':
      return { active: true, maxBitrate: 150_000, maxFramerate: 12, scaleResolutionDownBy: 3 };
    case 'audio':
      return { active: false, maxBitrate: 150_000, maxFramerate: 12, scaleResolutionDownBy: 3 };
  }
}

function isBad(step: Step, { loss, rtt, available }: Sample): boolean {
  return loss > 0.08 || rtt > 900 || (available !== null && available < NEEDED[step]);
}

function isGood({ loss, rtt }: Sample): boolean {
  return loss < 0.02 && rtt < 400;
}
