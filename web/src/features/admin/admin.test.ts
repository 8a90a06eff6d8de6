import { describe, expect, it } from 'vitest';
import { ApiError } from '@/api/errors';
import { complainedFields } from './fieldErrors';
import { amountField, priceOf } from './money';

describe('prices in fields', () => {
  it('go to minor units and back by the decimals of the currency', () => {
    expect(priceOf('75.5', 'USD')).toEqual({ amount_minor: 7550, currency: 'USD' });
    expect(priceOf(1200, 'JPY')).toEqual({ amount_minor: 1200, currency: 'JPY' });
    expect(priceOf(0.29, 'EUR')).toEqual({ amount_minor: 29, currency: 'EUR' });
    expect(priceOf('', 'USD')).toBeNull();
    expect(amountField({ amount_minor: 7550, currency: 'USD' })).toBe(75.5);
    expect(amountField({ amount_minor: 1200, currency: 'JPY' })).toBe(1200);
    expect(amountField(null)).toBe('');
  });
});

describe('complainedFields', () => {
  it('finds the form fields in what the server says', () => {
    const errors = ['body.name', 'body.price.currency', 'body.modes[0]', 'body.name'].map((path) => ({ path, message: 'no' }));
    const error = new ApiError({ title: 'no', status: 422, code: 'invalid_request', errors });
    expect(complainedFields(error)).toEqual(['name', 'price', 'modes']);
    expect(complainedFields(new Error('other'))).toEqual([]);
  });
});
