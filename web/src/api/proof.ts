/** Proof of work: what the server asks of strangers before public writes, done aside in a worker. */

export const PROOF_HEADER = 'Proof-Of-Work';

export interface Challenge {
  parameters: {
    /** Always PBKDF2/SHA-256. */
    algorithm: string;
    /** Iterations a try. */
    cost: number;
    keyLength: number;
    /** Hexadecimal; the key of the counter sought begins so. */
    keyPrefix: string;
    nonce: string;
    salt: string;
  };
  signature: string;
}

export interface Solution {
  counter: number;
  derivedKey: string;
}

/** The header's value for a refused request, or null when it was refused for something else or no work can be done. */
export async function proofFor(refused: Response): Promise<string | null> {
  const problem: unknown = await refused.json().catch(() => null);
  if (!asksForProof(problem) || typeof Worker === 'undefined') return null;
  const solution = await solveAside(problem.challenge);
  return solution && btoa(JSON.stringify({ challenge: problem.challenge, solution }));
}

function asksForProof(problem: unknown): problem is { code: 'proof_needed'; challenge: Challenge } {
  return typeof problem === 'object' && problem !== null && 'code' in problem && problem.code === 'proof_needed';
}

function solveAside(challenge: Challenge): Promise<Solution | null> {
  const worker = new Worker(new URL('./proof.worker.ts', import.meta.url), { type: 'module' });
  return new Promise<Solution | null>((resolve) => {
    worker.onmessage = (event: MessageEvent<Solution>) => {
      resolve(event.data);
    };
    worker.onerror = () => {
      resolve(null);
    };
    worker.postMessage(challenge);
  }).finally(() => {
    worker.terminate();
  });
}
