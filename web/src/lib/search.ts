/** Small parsers for what stands in the address bar: anything that is not as expected is left out, never an error. */
export type RawSearch = Record<string, unknown>;

/** Trimmed text, or undefined when empty. The router parses "12" as a number, so numbers count as text too. */
export function text(raw: RawSearch, key: string): string | undefined {
  const value = raw[key];
  const written = typeof value === 'number' ? String(value) : value;
  return typeof written === 'string' && written.trim() ? written.trim() : undefined;
}

/** One of the list, or undefined. */
export function oneOf<T extends string>(raw: RawSearch, key: string, list: readonly T[]): T | undefined {
  return list.find((item) => item === raw[key]);
}

/** What the parser accepts, or undefined. */
export function matching(
  raw: RawSearch,
  key: string,
  accepts: (value: unknown) => value is string,
): string | undefined {
  const value = raw[key];
  return accepts(value) ? value : undefined;
}

/** The same object without its undefined entries, so that the address bar stays short. */
export function present<T extends Record<string, unknown>>(search: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** A path inside this app to go to after signing in. An address of another site is refused. */
export function innerPath(raw: RawSearch, key: string): string | undefined {
  const value = raw[key];
  return typeof value === 'string' && /^\/(?![/\\])/u.test(value) ? value : undefined;
}
