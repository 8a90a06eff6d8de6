/** The two letters drawn in place of a photo: first and last name, titles left out. */
export function initials(fullName: string): string {
  const words = fullName
    .replace(/\b(Dr|Dra|Mr|Mrs|Ms|Prof)\.?\s/giu, '')
    .split(/\s+/u)
    .filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word?.[0] ?? '');
  return letters.join('').toLocaleUpperCase();
}

/** A number from 0 up to `count`, always the same for the same text: picks a colour for a person. */
export function pick(text: string, count: number): number {
  let sum = 0;
  for (const letter of text) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return sum % count;
}

/** The name of a language in a language: "es" in "en" is "Spanish". */
export function languageName(code: string, inLanguage: string): string {
  try {
    return new Intl.DisplayNames([inLanguage], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}
