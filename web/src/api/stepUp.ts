/** The code of an answer that asks the person to prove who they are before the call is made again. */
const STEP_UP_NEEDED = 'step-up-needed';

type Asker = () => Promise<boolean>;

let asker: Asker | null = null;
let asking: Promise<boolean> | null = null;

/** Says who asks the person; answers how to take that back. */
export function onStepUp(ask: Asker): () => void {
  asker = ask;
  return () => {
    if (asker === ask) asker = null;
  };
}

/** Whether the answer asks for a proof, and the person has given it: then the call is worth another try. */
export async function steppedUp(response: Response): Promise<boolean> {
  if (response.status !== 403 || !asker) return false;
  const problem = (await response
    .clone()
    .json()
    .catch(() => null)) as { code?: unknown } | null;
  if (problem?.code !== STEP_UP_NEEDED) return false;
  // Calls that are refused at the same time wait for one and the same dialog.
  asking ??= asker().finally(() => {
    asking = null;
  });
  return asking;
}
