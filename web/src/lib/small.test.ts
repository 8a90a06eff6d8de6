import { describe, expect, it } from 'vitest';
import { formatMoney } from './money';
import { initials, languageName, pick } from './names';
import { innerPath, matching, oneOf, present, text } from './search';
import { isPlainDate } from './dates';
import { randomUuid } from './uuid';

describe('money', () => {
  it('has the decimals of its currency', () => {
    expect(formatMoney({ amount_minor: 12_050, currency: 'USD' }, 'en-US')).toBe('$120.50');
    expect(formatMoney({ amount_minor: 5_000, currency: 'JPY' }, 'en-US')).toBe('¥5,000');
    expect(formatMoney({ amount_minor: 1_234, currency: 'KWD' }, 'en-US')).toMatch(/1\.234/u);
  });
});

describe('names', () => {
  it('shrink to initials without titles', () => {
    expect(initials('Dr. Grace Okafor')).toBe('GO');
    expect(initials('Ana María de la Cruz')).toBe('AC');
    expect(initials('Élodie')).toBe('É');
    expect(initials('')).toBe('');
  });

  it('pick the same colour each time', () => {
    expect(pick('Grace Okafor', 6)).toBe(pick('Grace Okafor', 6));
    expect(pick('Grace Okafor', 6)).toBeLessThan(6);
  });

  it('of languages are told in the reader’s', () => {
    expect(languageName('es', 'en')).toBe('Spanish');
    expect(languageName('fr', 'es')).toBe('francés');
    expect(languageName('not a tag', 'en')).toBe('not a tag');
  });
});

describe('the address bar', () => {
  const raw = { q: '  knee ', n: 12, mode: 'phone', from: '2026-02-30', next: '//evil.test', empty: ' ' };

  it('gives what is as expected and leaves out the rest', () => {
    expect(text(raw, 'q')).toBe('knee');
    expect(text(raw, 'n')).toBe('12');
    expect(text(raw, 'empty')).toBeUndefined();
    expect(oneOf(raw, 'mode', ['phone', 'telehealth'])).toBe('phone');
    expect(oneOf(raw, 'q', ['phone'])).toBeUndefined();
    expect(matching(raw, 'from', isPlainDate)).toBeUndefined();
    expect(present({ a: 1, b: undefined })).toEqual({ a: 1 });
  });

  it('leads to no other site', () => {
    expect(innerPath({ next: '/visits?tab=past' }, 'next')).toBe('/visits?tab=past');
    for (const next of ['//evil.test', '/\\evil.test', 'https://evil.test', 'javascript:alert(1)', 7]) {
      expect(innerPath({ next }, 'next')).toBeUndefined();
    }
  });
});

describe('a random id', () => {
  it('is a UUID of version 4, never the same', () => {
    const ids = Array.from({ length: 50 }, randomUuid);
    expect(new Set(ids).size).toBe(50);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
  });
});
