import { describe, expect, it } from 'vitest';
import { keysOf, keysText, lines } from './appFields';

describe('the keys of an app', () => {
  it('are a key set or an address', () => {
    expect(keysOf(' https://app.example/jwks ')).toEqual({ jwks: null, jwks_uri: 'https://app.example/jwks' });
    expect(keysOf('{"keys": []}')).toEqual({ jwks: { keys: [] }, jwks_uri: null });
    for (const wrong of ['', 'null', '[]', '{"keys": 1}', '{', 'app.example']) expect(keysOf(wrong)).toBeNull();
  });

  it('are shown as they were written', () => {
    for (const text of ['https://app.example/jwks', '{"keys":[{"kty":"EC"}]}']) {
      expect(keysOf(keysText(keysOf(text)!))).toEqual(keysOf(text));
    }
    expect(keysText({ jwks: null, jwks_uri: null })).toBe('');
  });
});

describe('lines', () => {
  it('are what is written between white space', () => {
    expect(lines(' https://a.example/\n\n com.example.app:/b ')).toEqual(['https://a.example/', 'com.example.app:/b']);
  });
});
