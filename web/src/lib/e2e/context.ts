import { type Bytes, concat, utf8 } from './bytes';

/** What a use of cryptography may be named. A new use takes a new name: nothing made for one passes for another. */
export type Purpose =
  | 'identity-seal'
  | 'passkey-key'
  | 'phrase-key'
  | 'sealed-to'
  | 'content-key'
  | 'epoch-signature'
  | 'message'
  | 'message-signature'
  | 'file-chunk'
  | 'recording-chunk'
  | 'recording-key'
  | 'device-key'
  | 'call-commitment'
  | 'call-transcript'
  | 'call-description'
  | 'call-code'
  | 'call-sealed';

/**
 * The bytes that bind something to its place: `openvisit/e2e/v1/<purpose>` and the fields, each preceded by its length
 * in four bytes, so that no two lists of fields come to the same bytes.
 */
export function context(purpose: Purpose, ...fields: (string | number | Uint8Array)[]): Bytes {
  const parts: Uint8Array[] = [];
  for (const field of [`openvisit/e2e/v1/${purpose}`, ...fields]) {
    const bytes = field instanceof Uint8Array ? field : utf8(String(field));
    parts.push(lengthOf(bytes), bytes);
  }
  return concat(...parts);
}

function lengthOf(bytes: Uint8Array): Bytes {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return length;
}
