/** The server's rule for passwords: length alone, no puzzles. */
export const PASSWORD_LENGTH = 12;
export const CODE_LENGTH = 6;

/** Whether it looks like an address; only a mail that arrives proves more. */
export function looksLikeEmail(text: string): boolean {
  return /^\S+@\S+\.\S+$/u.test(text.trim());
}

/** The digits of a code: people paste them with spaces or dashes between. */
export function digitsOf(text: string): string {
  return text.replace(/\D/gu, '');
}

/** What a mailed link says after its #: whose it is, the code, and whether it is an invitation. */
export interface MailedLink {
  email: string;
  code: string;
  invited: boolean;
}

/** Reads the fragment of a mailed link; null when it is not one of ours. */
export function mailedLink(hash: string): MailedLink | null {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const email = parts.get('email') ?? '';
  const code = digitsOf(parts.get('code') ?? '');
  if (!looksLikeEmail(email) || code.length !== CODE_LENGTH) return null;
  return { email, code, invited: parts.get('purpose') === 'invite' };
}
