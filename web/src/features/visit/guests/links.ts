/** The address of a guest's page: what stands after the # never leaves the browser that opens it by itself. */
export function guestLink(guestId: string, token: string, key: string): string {
  return `${window.location.origin}/visit/guest/${guestId}#t=${token}&k=${key}`;
}

/** The token and the private key that a guest's link carries. */
export function readGuestLink(hash: string): { token: string; key: string | null } {
  const parts = new URLSearchParams(hash.replace(/^#/u, ''));
  return { token: parts.get('t') ?? '', key: parts.get('k') };
}
