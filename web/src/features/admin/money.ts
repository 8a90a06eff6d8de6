import type { Money } from '@/api/types';

/** How many decimals a currency has: 2 for USD, 0 for JPY. */
export function decimalsOf(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** The amount as people write it in a field; empty without a price. */
export function amountField(price: Money | null): number | '' {
  return price ? price.amount_minor / 10 ** decimalsOf(price.currency) : '';
}

/** The price of a field; null where it is empty. */
export function priceOf(amount: number | string, currency: string): Money | null {
  if (amount === '' || Number.isNaN(Number(amount))) return null;
  return { amount_minor: Math.round(Number(amount) * 10 ** decimalsOf(currency)), currency };
}
