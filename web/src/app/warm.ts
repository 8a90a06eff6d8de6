/**
 * For a route's loader: starts the reads of a screen before its code has arrived. It neither waits nor fails; the screen
 * shows each read with its own loading, error and offline state.
 */
export function warm(...reads: Promise<unknown>[]): void {
  for (const read of reads) read.catch(() => undefined);
}
