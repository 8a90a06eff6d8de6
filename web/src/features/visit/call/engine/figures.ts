import type { Look } from './quality';
import type { Step } from './steps';

/** What a call was like, in numbers alone: nothing of what was said, and of nobody's address. */
export interface CallNumbers {
  seconds: number;
  rtt_ms: number;
  rtt_p95_ms: number;
  loss_percent: number;
  jitter_ms: number;
  steps_down: number;
  reconnects: number;
  audio_only_seconds: number;
  relayed: boolean;
}

/** Gathers the looks at all connections of a call. */
export class Figures {
  stepsDown = 0;
  reconnects = 0;
  #rtts: number[] = [];
  #losses: number[] = [];
  #jitters: number[] = [];
  #audioOnly = 0;
  #relayed = false;

  /** Takes one look at a connection into account, which stands for so many seconds. */
  note(found: Look, step: Step, seconds: number): void {
    this.#rtts.push(found.rtt);
    this.#losses.push(Math.max(found.loss, found.lossIn));
    this.#jitters.push(found.jitter);
    this.#relayed ||= found.relayed;
    if (step === 'audio') this.#audioOnly += seconds;
  }

  /** The numbers of a call that lasted so many seconds; null when nobody was looked at. */
  numbers(seconds: number): CallNumbers | null {
    if (this.#rtts.length === 0) return null;
    return {
      seconds: Math.round(seconds),
      rtt_ms: Math.round(share(this.#rtts, 0.5)),
      rtt_p95_ms: Math.round(share(this.#rtts, 0.95)),
      loss_percent: Math.min(100, (100 * this.#losses.reduce((sum, one) => sum + one, 0)) / this.#losses.length),
      jitter_ms: Math.round(share(this.#jitters, 0.5)),
      steps_down: this.stepsDown,
      reconnects: this.reconnects,
      audio_only_seconds: Math.min(Math.round(seconds), this.#audioOnly),
      relayed: this.#relayed,
    };
  }
}

/** The value that this share of them does not exceed. */
function share(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
}
