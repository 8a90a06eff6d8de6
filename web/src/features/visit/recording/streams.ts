import { useSyncExternalStore } from 'react';
import type { Source } from './compose';

/** What is seen and heard in the call, as the call tells it: everybody's stream, one's own among them. */
let now: readonly Source[] = [];
const watchers = new Set<() => void>();

/** The call says who is seen and heard now. */
export function putStreams(sources: readonly Source[]): void {
  now = sources;
  watchers.forEach((watcher) => watcher());
}

/** Who is seen and heard, live. */
export function useStreams(): readonly Source[] {
  return useSyncExternalStore(watch, () => now);
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
}
