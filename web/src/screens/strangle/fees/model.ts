/** What is asked of the fee quote, and the answer in words. */
import { formatFraction, formatMoney, formatNumber } from "@/format/numbers";
import { type Decimal, decimal, fraction } from "@/format/units";
import type { FeeQuestion, FeeQuote } from "../api/analyticsTypes";

export interface FeeInputs {
  underlying: number | null;
  premium: number | null;
  quantity: number | null;
  size: number | null;
  side: "maker" | "taker";
}

export type NamedInput = Exclude<keyof FeeInputs, "side">;

/** Where a field of the form is in the request. */
export const POINTERS: Record<NamedInput, keyof FeeQuestion> = {
  underlying: "underlying_price",
  premium: "premium",
  quantity: "quantity",
  size: "contract_size",
};

/** The question, or null while a figure is missing. */
export function questionOf(inputs: FeeInputs): FeeQuestion | null {
  const { underlying, premium, quantity, size, side } = inputs;
  if (underlying === null || premium === null || quantity === null || size === null) {
    return null;
  }
  return {
    underlying_price: underlying,
    premium,
    quantity,
    contract_size: size,
    order_type: side,
  };
}

/** An amount with up to six digits, at least cents: a small fee is never shown as nothing. */
export function feeMoney(text: string): string {
  let exact: Decimal;
  try {
    exact = decimal(text);
  } catch {
    return text;
  }
  const digits = (text.split(".")[1] ?? "").replace(/0+$/, "").length;
  return formatMoney(exact, { digits: Math.min(6, Math.max(2, digits)) });
}

/** A rate in per cent with the digits it has: "0.015 %". */
export function rateText(rate: number): string {
  const points = Number((rate * 100).toPrecision(12));
  const digits = (String(points).split(".")[1] ?? "").length;
  return formatFraction(fraction(rate), Math.min(4, digits));
}

/** Which of the two bounds was the smaller, in a sentence. */
export function boundWords(quote: FeeQuote): string {
  const { notional_fee, premium_cap } = quote.breakdown;
  if (quote.applied_fee === 0) {
    return "The premium is 0, so there is no fee.";
  }
  return quote.cap_applied
    ? `The cap applies: ${rateText(quote.premium_cap_rate)} of the premium, ${feeMoney(premium_cap)}, is less than ${rateText(quote.fee_rate)} of the notional, ${feeMoney(notional_fee)}.`
    : `The rate applies: ${rateText(quote.fee_rate)} of the notional, ${feeMoney(notional_fee)}, is not more than ${rateText(quote.premium_cap_rate)} of the premium, ${feeMoney(premium_cap)}.`;
}

/** How each figure is made, line by line; the last is the total. */
export function lines(quote: FeeQuote): { name: string; how: string; amount: string }[] {
  const figure = (value: number) =>
    formatNumber(value, Math.min(6, (String(value).split(".")[1] ?? "").length));
  const lot = `${figure(quote.contract_size)} \u00d7 ${figure(quote.quantity)}`;
  const { breakdown } = quote;
  return [
    {
      name: "Notional",
      how: `${figure(quote.underlying_price)} \u00d7 ${lot}`,
      amount: feeMoney(breakdown.notional),
    },
    {
      name: "Fee on the notional",
      how: `${rateText(quote.fee_rate)} of it, ${quote.order_type}`,
      amount: feeMoney(breakdown.notional_fee),
    },
    {
      name: "Premium",
      how: `${figure(quote.premium)} \u00d7 ${lot}`,
      amount: feeMoney(breakdown.premium_value),
    },
    {
      name: "Cap",
      how: `${rateText(quote.premium_cap_rate)} of the premium`,
      amount: feeMoney(breakdown.premium_cap),
    },
    {
      name: "Fee",
      how: quote.cap_applied
        ? "the cap, the smaller of the two"
        : "the rate, the smaller of the two",
      amount: feeMoney(breakdown.applied_fee),
    },
    {
      name: "GST",
      how: `${rateText(quote.gst_rate)} of the fee`,
      amount: feeMoney(breakdown.gst),
    },
    { name: "Fee with GST", how: "", amount: feeMoney(breakdown.total_fee_with_gst) },
  ];
}
