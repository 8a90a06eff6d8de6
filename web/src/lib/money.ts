/** An amount in the currency's minor unit (cents), with its ISO 4217 code. */
export interface Money {
  amount_minor: number;
  currency: string;
}

/** "$120.00" as the locale writes it; the number of decimals is the currency's own. */
export function formatMoney(money: Money, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency: money.currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(money.amount_minor / 10 ** digits);
}
