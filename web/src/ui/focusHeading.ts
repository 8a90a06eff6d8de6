const PATIENCE_MS = 5_000;

/**
 * Moves the focus to the heading of the screen, where a fresh page would start; a screen reader reads it out. When the
 * heading is still being loaded, waits for it for a while, unless the person has moved on by then.
 */
export function focusHeading(): void {
  if (take()) return;
  document.getElementById('content')?.focus({ preventScroll: true });
  const waiting = new MutationObserver(() => {
    if (isElsewhere() || take()) waiting.disconnect();
  });
  waiting.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => waiting.disconnect(), PATIENCE_MS);
}

/** Whether what had the focus is gone from the page. */
export function focusIsLost(): boolean {
  return document.activeElement === document.body || document.activeElement === null;
}

function take(): boolean {
  const heading = document.querySelector<HTMLElement>('[data-screen-heading]');
  heading?.focus({ preventScroll: true });
  return heading !== null;
}

function isElsewhere(): boolean {
  return !focusIsLost() && document.activeElement?.id !== 'content';
}
