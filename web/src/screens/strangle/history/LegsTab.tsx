import { formatCount, formatNumber } from "@/format/numbers";
import { Delta, Id, KeyValues } from "@/ui/Figures";
import { Chip } from "@/ui/Marks";
import { Empty } from "@/ui/States";
import type { LegSummary, SessionDetail } from "../api/records";
import { kindWords, price, priceDigits, sentence, signedPercent, strikeText } from "../model/words";
import { IstTime, strikeOf, Usd, usd } from "./figures";
import styles from "./History.module.css";

/** What was sold, at which price it was bought back, and what it left. */
export function LegsTab({ detail }: { detail: SessionDetail }) {
  if (detail.legs_summary.length === 0) {
    return (
      <Empty title="No legs">
        The legs are listed here when the session has chosen its two contracts.
      </Empty>
    );
  }
  return (
    <div className={styles.tab}>
      {detail.legs_summary.map((leg) => (
        <Leg key={leg.leg_id} leg={leg} chosen={chosenOf(detail, leg.kind)} />
      ))}
    </div>
  );
}

interface Chosen {
  delta: number | null;
  iv: number | null;
  distance: number | null;
}

/** What the selection said of a leg; older sessions may not say it. */
function chosenOf(detail: SessionDetail, kind: string): Chosen {
  const inside = (value: unknown, name: string): unknown =>
    typeof value === "object" && value !== null
      ? (value as Record<string, unknown>)[name]
      : undefined;
  const leg = inside(inside(detail.session_metadata, "selection"), kind);
  const figure = (name: string) => {
    const value = inside(leg, name);
    const read = typeof value === "string" && value !== "" ? Number(value) : value;
    return typeof read === "number" && Number.isFinite(read) ? read : null;
  };
  return { delta: figure("delta"), iv: figure("iv"), distance: figure("distance_pct") };
}

function Leg({ leg, chosen }: { leg: LegSummary; chosen: Chosen }) {
  const strike = strikeOf(leg.symbol);
  const digits = priceDigits(leg.entry_price, leg.exit_price);
  const sold = leg.entry_price !== null;
  const net = leg.realized_pnl - leg.fees.total;
  return (
    <section className={styles.leg} aria-label={`${kindWords(leg.kind)} leg`}>
      <div className={styles.legHead}>
        <h3>
          {kindWords(leg.kind)} {strike === null ? leg.symbol : strikeText(strike)}
        </h3>
        <Chip>{sentence(leg.status)}</Chip>
        {sold && leg.exit_price !== null ? (
          <span className={styles.legNet}>
            <Delta value={net} text={usd(net)} />
          </span>
        ) : (
          <span className={styles.note}>{sold ? "open" : "never sold"}</span>
        )}
      </div>
      <Id value={leg.symbol} />
      <KeyValues
        rows={(
          [
            ["Side, lots", `${sentence(leg.side)} ${formatCount(leg.quantity)}`],
            ["Contract size", String(leg.contract_size)],
            ["Entry price", sold ? price(leg.entry_price, digits) : ""],
            ["Exit price", leg.exit_price === null ? "" : price(leg.exit_price, digits)],
            [
              "Realised before fees",
              sold ? <Usd key="r" amount={leg.realized_pnl} directed /> : "",
            ],
            ["Fees, entry and exit", sold ? feeWords(leg) : ""],
            ["Planned entry, exit", plannedWords(leg, digits)],
            ["Slippage against mid", slippageWords(leg)],
            [
              "Net of premium",
              leg.pnl_pct === null || leg.exit_price === null ? "" : signedPercent(leg.pnl_pct),
            ],
            ["Delta at selection", chosen.delta === null ? "" : formatNumber(chosen.delta, 4)],
            ["IV at selection", chosen.iv === null ? "" : percentOf(chosen.iv)],
            [
              "Distance to strike",
              chosen.distance === null ? "" : signedPercent(chosen.distance, 2),
            ],
            [
              "Opened, IST",
              leg.entry_time === null ? "" : <IstTime key="e" at={leg.entry_time} second />,
            ],
            [
              "Closed, IST",
              leg.exit_time === null ? "" : <IstTime key="x" at={leg.exit_time} second />,
            ],
          ] as [string, React.ReactNode][]
        ).filter(([, value]) => value !== "")}
      />
    </section>
  );
}

/** The prices that were hoped for, beside those that came of it. */
function plannedWords({ slippage }: LegSummary, digits: number): string {
  const planned = [slippage?.planned_entry ?? null, slippage?.planned_exit ?? null];
  return planned.every((one) => one === null)
    ? ""
    : planned.map((one) => (one === null ? "none" : price(one, digits))).join(", ");
}

function slippageWords({ slippage }: LegSummary): string {
  if (slippage == null) {
    return "";
  }
  const share = slippage.pct === null ? "" : `, ${signedPercent(-slippage.pct, 2)}`;
  return `${usd(-slippage.total)}${share}`;
}

const percentOf = (fraction: number) => signedPercent(fraction * 100).replace("+", "");
const feeWords = (leg: LegSummary) =>
  `$${formatNumber(leg.fees.entry, 2)} + $${formatNumber(leg.fees.exit, 2)}`;
