import { type HoldQuestion, type KeptHold, placeHold, releaseHold } from '@/api/slots';

/** How the hold on the chosen time stands. */
export type HoldState =
  | { status: 'none' }
  | { status: 'placing' }
  | { status: 'held'; hold: KeptHold }
  | { status: 'ended' }
  | { status: 'failed'; error: unknown };

const NONE: HoldState = { status: 'none' };

/**
 * Keeps at most one hold for this page. A hold is placed when the booking screen opens on a time, and released when the
 * screen is left, the page is closed or another time is chosen, so that nobody else waits for nothing.
 */
class HoldKeeper {
  private state: HoldState = NONE;
  private question: HoldQuestion | null = null;
  private pendingRelease: ReturnType<typeof setTimeout> | undefined;
  private listeners = new Set<() => void>();

  constructor() {
    window.addEventListener('pagehide', () => this.leavePage());
    window.addEventListener('pageshow', (event) => event.persisted && this.again());
  }

  readonly read = (): HoldState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Holds this time, unless it is held already. */
  keep(question: HoldQuestion): void {
    clearTimeout(this.pendingRelease);
    if (this.question && sameTime(this.question, question)) return;
    this.release();
    this.question = question;
    void this.place(question);
  }

  /** Lets the time go, in a moment: a screen that only renders anew keeps its hold. */
  letGo(): void {
    clearTimeout(this.pendingRelease);
    this.pendingRelease = setTimeout(() => this.release(), 0);
  }

  /** Tries once more to hold the same time, after the hold ended or failed. */
  again(): void {
    if (!this.question || this.state.status === 'held' || this.state.status === 'placing') return;
    void this.place(this.question);
  }

  /** The time ran out. */
  end(): void {
    if (this.state.status === 'held') this.become({ status: 'ended' });
  }

  /** The hold became a booking: there is nothing left to release. */
  spend(): void {
    this.question = null;
    this.become(NONE);
  }

  private async place(question: HoldQuestion): Promise<void> {
    this.become({ status: 'placing' });
    try {
      const hold = await placeHold(question);
      if (this.question === question) this.become({ status: 'held', hold });
      else await releaseHold(hold.id); // The person has moved on in the meantime.
    } catch (error) {
      if (this.question === question) this.become({ status: 'failed', error });
    }
  }

  private release(): void {
    const { state } = this;
    this.question = null;
    this.become(NONE);
    // It would expire by itself; failing to release it early harms nobody for long.
    if (state.status === 'held') releaseHold(state.hold.id).catch(() => undefined);
  }

  private leavePage(): void {
    if (this.state.status !== 'held') return;
    releaseHold(this.state.hold.id, true).catch(() => undefined);
    this.become({ status: 'ended' });
  }

  private become(state: HoldState): void {
    this.state = state;
    this.listeners.forEach((listener) => listener());
  }
}

function sameTime(a: HoldQuestion, b: HoldQuestion): boolean {
  return (
    a.provider_id === b.provider_id &&
    a.visit_type_id === b.visit_type_id &&
    a.mode === b.mode &&
    Date.parse(a.start) === Date.parse(b.start)
  );
}

export const holdKeeper = new HoldKeeper();
