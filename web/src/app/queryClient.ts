import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '@/api/errors';

const TRIES = 2;

/** The cache of reads. Only what may pass by itself is tried again: no network and 5xx, never a refusal. */
export function makeQueryClient(retries = TRIES): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (count, error) => count < retries && passing(error),
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}

function passing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}
