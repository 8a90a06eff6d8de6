import { setNonce } from 'get-nonce';

/** The nonce of this page's style elements; the server writes a new one into the page at each request. */
export function cspNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
}

/** Gives the nonce also to the scroll lock behind dialogs, which adds a style element of its own. */
export function shareNonce(): void {
  setNonce(cspNonce());
}
