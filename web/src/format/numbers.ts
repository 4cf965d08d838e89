import { currencyDigits, type Decimal, type Fraction, type PercentPoints } from "./units";

/** True minus sign. */
export const MINUS = "\u2212";
/** Between a figure and its per cent sign. */
export const NARROW_SPACE = "\u202f";
/** What stands where a figure could not be computed. */
export const NOT_COMPUTABLE = "n/a";

/** "plain" shows a minus only, "always" a sign on every figure but zero. */
export type Sign = "plain" | "always";

const formats = new Map<string, Intl.NumberFormat>();

function grouped(digits: number, maximum: number): Intl.NumberFormat {
  const key = `${digits}:${maximum}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat("en", {
      minimumFractionDigits: digits,
      maximumFractionDigits: maximum,
      roundingMode: "halfEven",
    } as Intl.NumberFormatOptions);
    formats.set(key, format);
  }
  return format;
}

function signed(text: string, sign: Sign): string {
  const negative = text.startsWith("-");
  const bare = negative ? text.slice(1) : text;
  const zero = !/[1-9]/.test(bare);
  if (zero) {
    return bare;
  }
  if (negative) {
    return `${MINUS}${bare}`;
  }
  return sign === "always" ? `+${bare}` : bare;
}

function digitsOf(value: number | Decimal, digits: number, sign: Sign): string {
  if (typeof value === "number" && !Number.isFinite(value)) {
    return NOT_COMPUTABLE;
  }
  return signed(grouped(digits, digits).format(value as number), sign);
}

/** A plain figure with fixed digits: 1,175.03. */
export function formatNumber(value: number, digits = 2, sign: Sign = "plain"): string {
  return digitsOf(value, digits, sign);
}

/** A count: 18,204. */
export function formatCount(value: number): string {
  return digitsOf(value, 0, "plain");
}

/** An exact decimal with fixed digits, rounded half to even, never through a float. */
export function formatDecimal(value: Decimal, digits = 2, sign: Sign = "plain"): string {
  return digitsOf(value, digits, sign);
}

/** 0.311 becomes "31.1 %". */
export function formatFraction(value: Fraction, digits = 2, sign: Sign = "plain"): string {
  return withPercent(digitsOf(value * 100, digits, sign));
}

/** 31.1 becomes "31.1 %". */
export function formatPercentPoints(
  value: PercentPoints,
  digits = 2,
  sign: Sign = "plain",
): string {
  return withPercent(digitsOf(value, digits, sign));
}

/** A difference of two percentages: "−0.21 pt". */
export function formatPoints(value: PercentPoints, digits = 2): string {
  return `${digitsOf(value, digits, "always")} pt`;
}

/** A spread as a fraction: 0.0125 becomes "125 bp". */
export function formatBasisPoints(value: Fraction, digits = 0): string {
  return `${digitsOf(value * 10_000, digits, "plain")} bp`;
}

function withPercent(text: string): string {
  return text === NOT_COMPUTABLE ? text : `${text}${NARROW_SPACE}%`;
}

export interface MoneyOptions {
  /** ISO code; its sign stands before the figure when `symbol` is true. */
  currency?: string;
  digits?: number;
  sign?: Sign;
  symbol?: boolean;
}

/** Money from exact decimal text: "$1,248.60", "−$301.02". */
export function formatMoney(value: Decimal, options: MoneyOptions = {}): string {
  const currency = options.currency ?? "USD";
  const digits = options.digits ?? currencyDigits(currency);
  const text = digitsOf(value, digits, options.sign ?? "plain");
  return options.symbol === false ? text : withSymbol(text, currency);
}

/** A modelled amount (a float from a projection), never a posted one. */
export function formatAmount(value: number, options: MoneyOptions = {}): string {
  const currency = options.currency ?? "USD";
  const text = digitsOf(value, options.digits ?? 2, options.sign ?? "plain");
  return options.symbol === false || text === NOT_COMPUTABLE ? text : withSymbol(text, currency);
}

function withSymbol(text: string, currency: string): string {
  const symbol = currencySymbol(currency);
  const lead = text.startsWith(MINUS) || text.startsWith("+") ? text.slice(0, 1) : "";
  return `${lead}${symbol}${text.slice(lead.length)}`;
}

function currencySymbol(currency: string): string {
  const parts = new Intl.NumberFormat("en", { style: "currency", currency }).formatToParts(0);
  return parts.find((part) => part.type === "currency")?.value ?? currency;
}

/** Axis and card form from 100,000 on: 1.2M, 597k; below that grouped digits. */
export function formatShort(value: number, digits = 1): string {
  const size = Math.abs(value);
  const steps: [number, string][] = [
    [1e9, "B"],
    [1e6, "M"],
    [1e3, "k"],
  ];
  if (size >= 100_000) {
    for (const [step, letter] of steps) {
      if (size >= step) {
        const text = grouped(0, size / step >= 100 ? 0 : digits).format(value / step);
        return `${signed(text, "plain")}${letter}`;
      }
    }
  }
  return signed(grouped(0, 4).format(value), "plain");
}

/** 88.2 MiB. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let step = 0;
  while (value >= 1024 && step < units.length - 1) {
    value /= 1024;
    step += 1;
  }
  return `${grouped(0, step === 0 ? 0 : 1).format(value)} ${units[step]}`;
}

/** "1 job", "3 jobs". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/**
 * Reads what a person typed or pasted: both decimal separators, spaces, grouping, a true minus,
 * a trailing per cent sign. Null when it is not a number.
 */
export function parseNumber(text: string): number | null {
  const normal = normalizeNumber(text);
  return normal === null ? null : Number(normal);
}

/** The same reading as exact decimal text. */
export function normalizeNumber(text: string): Decimal | null {
  let bare = text.replace(/[\s\u00a0\u202f'_]/g, "").replace(/[\u2212\u2013]/g, "-");
  bare = bare.replace(/%$/, "");
  const comma = bare.lastIndexOf(",");
  const dot = bare.lastIndexOf(".");
  if (comma >= 0 && dot >= 0) {
    const group = comma > dot ? "." : ",";
    bare = bare.replaceAll(group, "").replace(",", ".");
  } else if (comma >= 0) {
    const groups = /^[+-]?[1-9]\d{0,2}(,\d{3})+$/.test(bare);
    bare = groups ? bare.replaceAll(",", "") : bare.replace(",", ".");
  }
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(bare)) {
    return null;
  }
  const negative = bare.startsWith("-");
  const digits = bare.replace(/^[+-]/, "");
  const [whole = "", rest = ""] = digits.split(".");
  const tidy = `${whole.replace(/^0+(?=\d)/, "") || "0"}${rest === "" ? "" : `.${rest}`}`;
  return (negative ? `-${tidy}` : tidy) as Decimal;
}
