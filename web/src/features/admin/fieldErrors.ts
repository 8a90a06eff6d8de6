import { ApiError } from '@/api/errors';

/** The fields of a form that the server complained about: "body.price.currency" is about `price`. */
export function complainedFields(error: unknown): string[] {
  const errors = error instanceof ApiError ? (error.problem.errors ?? []) : [];
  return [...new Set(errors.map(({ path }) => path.replace(/^body\./u, '').split(/[.[]/u)[0] ?? ''))].filter(Boolean);
}
