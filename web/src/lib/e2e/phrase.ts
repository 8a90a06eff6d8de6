import { type Bytes, concat, randomBytes, sha256 } from './bytes';

const CONSONANTS = 'bdfghjklmnprstvz';
const VOWELS = 'aeio';
const ENTROPY = 16;
const CHECK = 2;
/** A word is consonant, vowel, consonant, vowel, consonant: sixteen bits, readable in any language written in Latin. */
const SHAPE = [CONSONANTS, VOWELS, CONSONANTS, VOWELS, CONSONANTS];

/** How many words a phrase has. */
export const PHRASE_WORDS = (ENTROPY + CHECK) / 2;

/** A new phrase: 128 random bits and a check of sixteen, as nine made-up words of five letters. */
export async function newPhrase(): Promise<string> {
  return phraseOf(randomBytes(ENTROPY));
}

/** The phrase of 128 bits. */
export async function phraseOf(entropy: Uint8Array): Promise<string> {
  const bytes = concat(entropy, await checkOf(entropy));
  const words: string[] = [];
  for (let at = 0; at < bytes.length; at += 2) words.push(wordOf(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)));
  return words.join(' ');
}

/** The bits of a phrase, however it is spaced and capitalised; null when a word or the check is wrong. */
export async function readPhrase(text: string): Promise<Bytes | null> {
  const letters = text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
  if (letters.length !== PHRASE_WORDS * SHAPE.length) return null;
  const bytes = new Uint8Array(ENTROPY + CHECK);
  for (let word = 0; word < PHRASE_WORDS; word += 1) {
    const value = valueOf(letters.slice(word * SHAPE.length, (word + 1) * SHAPE.length));
    if (value === null) return null;
    bytes.set([value >> 8, value & 0xff], 2 * word);
  }
  const entropy = bytes.slice(0, ENTROPY);
  const check = await checkOf(entropy);
  return check.every((byte, at) => byte === bytes[ENTROPY + at]) ? entropy : null;
}

async function checkOf(entropy: Uint8Array): Promise<Bytes> {
  return (await sha256(concat(entropy))).slice(0, CHECK);
}

function wordOf(value: number): string {
  let rest = value;
  const letters = SHAPE.toReversed().map((alphabet) => {
    const letter = alphabet[rest % alphabet.length] ?? '';
    rest = Math.floor(rest / alphabet.length);
    return letter;
  });
  return letters.toReversed().join('');
}

function valueOf(word: string): number | null {
  let value = 0;
  for (const [at, alphabet] of SHAPE.entries()) {
    const digit = alphabet.indexOf(word[at] ?? '?');
    if (digit < 0) return null;
    value = value * alphabet.length + digit;
  }
  return value;
}
