/** The unit in which the amounts of a pool are shown, so that no column needs more than it has. */
import { formatNumber, formatShort } from "@/format/numbers";

export interface AmountUnit {
  /** "USD million". */
  name: string;
  /** "M", "k" or nothing, behind a figure on a card. */
  short: string;
  /** Amounts are divided by it. */
  by: number;
  currency: string;
  /** Decimals of amounts in tables. */
  digits: number;
  format: (amount: number, digits?: number) => string;
  tick: (amount: number) => string;
}

const STEPS = [
  { from: 2e7, by: 1e6, word: "million", short: "M", digits: 2 },
  { from: 2e5, by: 1e3, word: "thousand", short: "k", digits: 1 },
  { from: 0, by: 1, word: "", short: "", digits: 2 },
];

export function amountUnit(balance: number, currency: string | null): AmountUnit {
  const code = currency ?? "USD";
  const step = STEPS.find((one) => balance >= one.from) ?? {
    by: 1,
    word: "",
    short: "",
    digits: 2,
  };
  const tick = (amount: number) => {
    const value = amount / step.by;
    return Math.abs(value) >= 100_000 ? formatShort(value) : trim(formatNumber(value, 2));
  };
  return {
    name: step.word === "" ? code : `${code} ${step.word}`,
    short: step.short,
    by: step.by,
    currency: code,
    digits: step.digits,
    format: (amount, digits = step.digits) => formatNumber(amount / step.by, digits),
    tick,
  };
}

const trim = (text: string) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

const CLASSES: Record<string, { title: string; color: string }> = {
  residential_mortgage: { title: "Residential mortgage", color: "var(--cat-1)" },
  auto_loan: { title: "Auto loan", color: "var(--cat-2)" },
  consumer_credit: { title: "Consumer credit", color: "var(--cat-5)" },
  commercial_loan: { title: "Commercial loan", color: "var(--cat-3)" },
  clo_cdo: { title: "CLO and CDO", color: "var(--cat-4)" },
};

/** The title and the fixed colour of a class. */
export const classLook = (name: string): { title: string; color: string } =>
  CLASSES[name] ?? { title: name.replaceAll("_", " "), color: "var(--cat-other)" };

export const CLASS_NAMES = Object.keys(CLASSES);
