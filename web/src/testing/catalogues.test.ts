import { describe, expect, it } from 'vitest';
import en from '@/app/i18n/en';
import es from '@/app/i18n/es';

/** English has "one" and "other", Spanish also "many": plural endings are compared without their form. */
const PLURAL = /_(zero|one|two|few|many|other)$/u;

function leaves(tree: object, path = ''): [key: string, words: string][] {
  return Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'string'
      ? [[`${path}${name}`, value] as [string, string]]
      : leaves(value as object, `${path}${name}.`),
  );
}

function keys(tree: object): string[] {
  return [...new Set(leaves(tree).map(([key]) => key.replace(PLURAL, '')))].sort();
}

function placeholders(words: string): string[] {
  return [...words.matchAll(/\{\{(\w+)\}\}/gu)].map((found) => found[1] ?? '').sort();
}

describe.each(Object.keys(en) as (keyof typeof en)[])('the catalogue of %s', (namespace) => {
  it('has the same keys in English and Spanish', () => {
    expect(keys(es[namespace])).toEqual(keys(en[namespace]));
  });

  it('has no empty words, and the same placeholders in both languages', () => {
    const english = new Map(leaves(en[namespace]));
    for (const [key, words] of leaves(es[namespace])) {
      expect(words.trim(), key).not.toBe('');
      const twin = english.get(key) ?? english.get(key.replace(PLURAL, '_other'));
      if (twin !== undefined) expect(placeholders(words), key).toEqual(placeholders(twin));
    }
  });

  it('has every plural form that Spanish needs', () => {
    const all = new Set(leaves(es[namespace]).map(([key]) => key));
    for (const key of all) {
      if (!key.endsWith('_other')) continue;
      for (const form of ['one', 'many']) expect([...all]).toContain(key.replace(/other$/u, form));
    }
  });
});
