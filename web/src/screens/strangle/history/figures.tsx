import { formatAmount, formatMoney } from "@/format/numbers";
import { formatClock, formatDay, parseInstant } from "@/format/time";
import { useNow } from "@/shell/clock";
import { Money } from "@/ui/Figures";
import type { OptionKind } from "../api/types";
import { exact } from "../model/words";

/** The exact text where there is one, the number for what has none. */
export function Usd({
  text,
  amount,
  directed,
}: {
  text?: string | null;
  amount?: number | null;
  directed?: boolean;
}) {
  const value = exact(text);
  const sign = directed ? "always" : "plain";
  return value === null ? (
    <Money amount={amount} directed={directed} sign={sign} />
  ) : (
    <Money value={value} directed={directed} sign={sign} />
  );
}

/** The same as a text, for read-outs and labels. */
export const usd = (amount: number): string => formatAmount(amount, { sign: "always" });

export function usdText(text: string | null | undefined, amount: number): string {
  const value = exact(text);
  return value === null ? usd(amount) : formatMoney(value, { sign: "always" });
}

/** "18 Jun 09:31": a moment in IST; its head names the zone. */
export function IstTime({ at, second }: { at: string | null | undefined; second?: boolean }) {
  const now = useNow(60_000);
  const moment = parseInstant(at);
  return moment === null ? null : (
    <time dateTime={moment.toISOString()}>
      {formatDay(moment, "IST", now)} {formatClock(moment, "IST", second ? "second" : "minute")}
    </time>
  );
}

/** "C-BTC-102600-221126" is a call at 102,600. */
export function strikeOf(symbol: string): number | null {
  const strike = Number(symbol.split("-")[2]);
  return Number.isFinite(strike) && strike > 0 ? strike : null;
}

export const kindLetter = (kind: OptionKind) => (kind === "call" ? "C" : "P");
