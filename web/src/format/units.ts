/**
 * Units at the boundary. A number from the server gets its unit here, once; only the formatters
 * may show it. There is no arithmetic on money: amounts are decimal text or whole minor units.
 */
declare const unit: unique symbol;
type Branded<T, Unit extends string> = T & { readonly [unit]: Unit };

/** 0.31 is thirty-one per cent. */
export type Fraction = Branded<number, "fraction">;
/** 31 is thirty-one per cent. */
export type PercentPoints = Branded<number, "percent points">;
/** Whole minor units (cents) of a currency. */
export type Minor = Branded<number, "minor units">;
/** An exact decimal as the server wrote it, for instance "1248.60". */
export type Decimal = Branded<string, "decimal">;

export const fraction = (value: number): Fraction => value as Fraction;
export const percentPoints = (value: number): PercentPoints => value as PercentPoints;

/** Checked: minor units are whole. */
export function minor(value: number): Minor {
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`${value} is not a whole number of minor units`);
  }
  return value as Minor;
}

/** Checked: optional sign, digits, optional fraction. */
export function decimal(text: string): Decimal {
  if (!/^[+-]?\d+(\.\d+)?$/.test(text)) {
    throw new RangeError(`"${text}" is not a decimal number`);
  }
  return text as Decimal;
}

/** Fraction digits of a currency; two unless ISO 4217 says otherwise. */
export function currencyDigits(currency: string): number {
  const options = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
  return options.maximumFractionDigits ?? 2;
}

/** Whole minor units as exact decimal text. */
export function minorToDecimal(value: Minor, currency = "USD"): Decimal {
  const digits = currencyDigits(currency);
  const sign = value < 0 ? "-" : "";
  const padded = Math.abs(value)
    .toString()
    .padStart(digits + 1, "0");
  const whole = padded.slice(0, padded.length - digits);
  const rest = digits === 0 ? "" : `.${padded.slice(padded.length - digits)}`;
  return decimal(`${sign}${whole}${rest}`);
}
