/** The steps of the check before a call, in the order in which they are gone through. */
export const STEPS = ['browser', 'secure', 'camera', 'microphone', 'speaker', 'network'] as const;
export type Step = (typeof STEPS)[number];

/** `waiting`: not its turn yet. `asking`: the person has to say (the speaker). */
export type Outcome = 'waiting' | 'running' | 'asking' | 'passed' | 'failed' | 'skipped';

export const FAULTS = {
  browser: ['old-browser'],
  secure: ['insecure'],
  camera: ['denied', 'missing', 'in-use', 'broken'],
  microphone: ['denied', 'missing', 'in-use', 'broken', 'silent'],
  speaker: ['not-heard', 'no-sound'],
  network: ['offline', 'unreachable', 'udp-blocked', 'lossy', 'slow', 'far', 'broken'],
} as const satisfies Record<Step, readonly string[]>;

export type Fault = (typeof FAULTS)[Step][number];

export interface StepState {
  outcome: Outcome;
  fault: Fault | null;
  /** Which run of the step this is: what an earlier run still brings is not listened to. */
  run: number;
}

export interface CheckState {
  /** The step in hand; null when all are through, or when nothing was begun. */
  at: Step | null;
  steps: Record<Step, StepState>;
}

export type CheckEvent =
  | { type: 'begin' }
  | { type: 'passed'; step: Step; run: number }
  | { type: 'failed'; step: Step; run: number; fault: Fault }
  | { type: 'ask'; step: Step; run: number }
  | { type: 'retry'; step: Step }
  | { type: 'skip'; step: Step };

/** Without these nothing else can be tried, and no call can be held. */
const NEEDED: readonly Step[] = ['browser', 'secure'];

export const UNTRIED: CheckState = {
  at: null,
  steps: Object.fromEntries(STEPS.map((step) => [step, { outcome: 'waiting', fault: null, run: 0 }])) as Record<
    Step,
    StepState
  >,
};

/** Whether a step that failed may be passed over. */
export function canSkip(step: Step): boolean {
  return !NEEDED.includes(step);
}

/** Whether every step came to an end. */
export function isOver(state: CheckState): boolean {
  return STEPS.every((step) => isSettled(state.steps[step].outcome));
}

/** What happens next. What does not fit the state, such as a late result of an earlier run, changes nothing. */
export function next(state: CheckState, event: CheckEvent): CheckState {
  switch (event.type) {
    case 'begin':
      return state.at === null && !isOver(state) ? run(state, firstOpen(state)) : state;
    case 'passed':
      return isCurrent(state, event) ? advance(set(state, event.step, { outcome: 'passed', fault: null })) : state;
    case 'failed':
      return isCurrent(state, event) ? set(state, event.step, { outcome: 'failed', fault: event.fault }) : state;
    case 'ask':
      return isCurrent(state, event) ? set(state, event.step, { outcome: 'asking' }) : state;
    case 'retry':
      return canRetry(state, event.step) ? run(state, event.step) : state;
    case 'skip':
      return state.at === event.step && state.steps[event.step].outcome !== 'passed' && canSkip(event.step)
        ? advance(set(state, event.step, { outcome: 'skipped' }))
        : state;
  }
}

/** What is told of it: for each step that came to an end how, and nothing of devices. */
export function results(state: CheckState): Partial<Record<Step, 'passed' | 'failed' | 'skipped'>> {
  const ended = STEPS.filter((step) => isSettled(state.steps[step].outcome) || state.steps[step].outcome === 'failed');
  return Object.fromEntries(ended.map((step) => [step, state.steps[step].outcome]));
}

/** A step may be done again once it was tried, unless another is being tried just now. */
function canRetry(state: CheckState, step: Step): boolean {
  const busy = state.at !== null && state.at !== step && ['running', 'asking'].includes(state.steps[state.at].outcome);
  return !busy && !['waiting', 'running'].includes(state.steps[step].outcome);
}

function isCurrent(state: CheckState, event: { step: Step; run: number }): boolean {
  const { outcome, run } = state.steps[event.step];
  return state.at === event.step && run === event.run && (outcome === 'running' || outcome === 'asking');
}

function isSettled(outcome: Outcome): boolean {
  return outcome === 'passed' || outcome === 'skipped';
}

function firstOpen(state: CheckState): Step | undefined {
  return STEPS.find((step) => !isSettled(state.steps[step].outcome));
}

/** On to the first step that is not through: one that is retried out of turn leads back to where it was left. */
function advance(state: CheckState): CheckState {
  return run(state, firstOpen(state));
}

function run(state: CheckState, step: Step | undefined): CheckState {
  if (!step) return { ...state, at: null };
  const before = state.steps[step];
  // A failed step that is come back to still shows its failure: it is tried again when the person says so.
  if (before.outcome === 'failed' && state.at !== step) return { ...state, at: step };
  return { ...set(state, step, { outcome: 'running', fault: null, run: before.run + 1 }), at: step };
}

function set(state: CheckState, step: Step, change: Partial<StepState>): CheckState {
  return { ...state, steps: { ...state.steps, [step]: { ...state.steps[step], ...change } } };
}
