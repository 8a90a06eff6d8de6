/**
 * The query that the page was opened with, as it came. The router reads numbers and JSON out of queries and writes them
 * back in its own way; what belongs to an app (`state=0123`) must not change on the way.
 */
const FIRST = { path: window.location.pathname, query: window.location.search.slice(1) };

/** A query as one word, to be kept in the address. */
export function packed(query: string): string {
  const bytes = new TextEncoder().encode(query);
  return btoa(String.fromCharCode(...bytes)).replace(/\+/gu, '-').replace(/\//gu, '_').replace(/=+$/u, '');
}

/** The query in such a word; "" for any other. */
export function unpacked(word: string): string {
  try {
    const bytes = Uint8Array.from(atob(word.replace(/-/gu, '+').replace(/_/gu, '/')), (one) => one.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return '';
  }
}

/** The query that the browser came to this path with; `routed` is what the router made of it. */
export function openedWith(path: string, routed: string): string {
  return FIRST.path === path ? FIRST.query : routed.replace(/^\?/u, '');
}
