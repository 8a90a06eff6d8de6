import { describe, expect, it } from 'vitest';
import { openedWith, packed, unpacked } from './packedQuery';

describe('a packed query', () => {
  it('comes back as it was, whatever is in it', () => {
    for (const query of ['', 'state=007&n=1e5', 'state=%7B%22a%22%3A1%7D', 'login_hint=jos\u00e9', '%%%&&==', '????>>>>~~~~']) {
      const word = packed(query);
      expect(word).toMatch(/^[\w-]*$/u);
      expect(unpacked(word)).toBe(query);
    }
  });

  it('is empty when the word is none', () => {
    expect(unpacked('*')).toBe('');
    expect(unpacked('gA')).toBe('');
  });
});

describe('the query a page was opened with', () => {
  it('is the router\u2019s where the page was reached inside the app', () => {
    expect(openedWith('/authorize', '?a=1')).toBe('a=1');
  });
});
