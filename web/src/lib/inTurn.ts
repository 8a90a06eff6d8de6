/**
 * Does one thing after the other: each begins when the one before has ended. What fails fails for whoever asked for it,
 * and hinders nothing that comes after.
 */
export function inTurn(): <T>(step: () => T | Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (step) => {
    const next = last.then(step);
    last = next.catch(() => undefined);
    return next;
  };
}
