import type { NewApp } from '@/api/apps';

/** The lines of a field of several, without empty ones. */
export function lines(text: string): string[] {
  return text
    .split(/\s+/u)
    .map((line) => line.trim())
    .filter(Boolean);
}

type Keys = Pick<NewApp, 'jwks' | 'jwks_uri'>;

/** Public keys as they are written into one field: a key set in JSON, or where it is published; null for neither. */
export function keysOf(text: string): Keys | null {
  const written = text.trim();
  if (/^https?:\/\/\S+$/u.test(written)) return { jwks: null, jwks_uri: written };
  try {
    const parsed: unknown = JSON.parse(written);
    const isSet = typeof parsed === 'object' && parsed !== null && 'keys' in parsed && Array.isArray(parsed.keys);
    return isSet ? { jwks: parsed, jwks_uri: null } : null;
  } catch {
    return null;
  }
}

/** Public keys as they stand in the field. */
export function keysText({ jwks, jwks_uri }: Keys): string {
  return jwks_uri ?? (jwks ? JSON.stringify(jwks, null, 2) : '');
}
