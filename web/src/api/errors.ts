import type { Slot } from '@/api/types';

/** An RFC 9457 problem document as the server sends it. */
export interface Problem {
  title: string;
  status: number;
  code: string;
  detail?: string;
  errors?: { path: string; message: string }[];
  alternatives?: Slot[];
  [key: string]: unknown;
}

/** Anything that went wrong in a call. `code` is stable; the words for it are in ui/i18n under `errors`. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = 'ApiError';
    this.status = problem.status;
    this.code = problem.code;
    this.problem = problem;
  }
}

/** The call did not reach the server, or no answer came back. */
export const NO_NETWORK = 'no_network';

/** The code of any thrown thing. */
export function codeOf(error: unknown): string {
  return error instanceof ApiError ? error.code : 'unexpected';
}

/** Whether the error is one of these codes. */
export function hasCode(error: unknown, ...codes: string[]): error is ApiError {
  return error instanceof ApiError && codes.includes(error.code);
}

/** The problem of an answer that is not a success, whatever its body was. */
export function problemOf(response: Response, body: unknown): Problem {
  const fallback: Problem = { title: response.statusText, status: response.status, code: `http_${response.status}` };
  return body !== null && typeof body === 'object' ? { ...fallback, ...body } : fallback;
}
