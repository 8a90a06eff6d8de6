import { describe, expect, it } from 'vitest';
import { fromBase64url, toBase64url, utf8 } from './bytes';
import { context } from './context';
import { familiarity } from './pins';
import { guestPublicKey, guestSigningKey, passingKey, signedBy } from './signing';

const PUBLIC_KEY = 'BEBxre16Xy3YuPzlz3Ki2jrXTgCYd2rIJLx62DYKpeowQF2dbXuhtXpx6rTwStcrMYxmWmjkEOnWghUOI89Ch3I';
const SIGNATURE = 'Im6hKHtrIfZslpywMtyw2T9JFGRWmaaqihE7l_UkJSAaJ2LolFORi9XV7t3DRHnUczhzJtzISYCOyt5KfzgVUQ';

describe('signing', () => {
  it('is understood here as on the server', async () => {
    // test_device_keys.py has the same key and signature.
    const said = context('device-key', '0197a3c2-5d14-7e0a-8b55-6c7d8e9fa0b2', fromBase64url(PUBLIC_KEY));
    expect(await signedBy(PUBLIC_KEY, SIGNATURE, said)).toBe(true);
    expect(await signedBy(PUBLIC_KEY, SIGNATURE, utf8('something else'))).toBe(false);
  });

  it('is by one key alone', async () => {
    const [one, other] = [await passingKey(), await passingKey()];
    const signature = await one.sign(utf8('said'));
    expect(await signedBy(one.publicKey, signature, utf8('said'))).toBe(true);
    expect(await signedBy(other.publicKey, signature, utf8('said'))).toBe(false);
    expect(await signedBy('no key', signature, utf8('said'))).toBe(false);
    expect(await signedBy(one.publicKey, '', utf8('said'))).toBe(false);
  });

  it('works for a guest, whose key is the second half of the link’s fragment', async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
    const { d, x, y } = await crypto.subtle.exportKey('jwk', pair.privateKey);
    const half = [d, x, y].flatMap((part) => [...fromBase64url(part ?? '')]);
    const key = await guestSigningKey(toBase64url(Uint8Array.from([...half, ...half])));
    const point = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
    expect(key.publicKey).toBe(toBase64url(point));
    expect(guestPublicKey(toBase64url(Uint8Array.from([...point, ...point])))).toBe(key.publicKey);
    expect(await signedBy(key.publicKey, await key.sign(utf8('said')), utf8('said'))).toBe(true);
    await expect(guestSigningKey('AAAA')).rejects.toThrow(TypeError);
  });
});

describe('how well a key is known', () => {
  it('is told by those that came before', () => {
    expect(familiarity(undefined, 'k')).toBe('first');
    expect(familiarity({ keys: ['k'], compared: [] }, 'k')).toBe('known');
    expect(familiarity({ keys: ['k'], compared: ['k'] }, 'k')).toBe('compared');
    expect(familiarity({ keys: ['k'], compared: ['k'] }, 'other')).toBe('changed');
  });
});
