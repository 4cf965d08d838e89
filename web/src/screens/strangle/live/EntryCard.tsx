import { Check, LoaderCircle, X } from "lucide-react";
import { formatCount, formatNumber } from "@/format/numbers";
import { formatDuration, parseInstant } from "@/format/time";
import { useNow } from "@/shell/clock";
import { KeyValues } from "@/ui/Figures";
import { Panel, PanelBody } from "@/ui/Panel";
import type { Attempt, Entry, EntryLeg, Runtime } from "../api/types";
import {
  istDayMinute,
  kindWords,
  price,
  priceDigits,
  sentence,
  signedPercent,
  strikeText,
} from "../model/words";
import styles from "./EntryCard.module.css";

/** What was chosen and why, and every attempt to sell it. */
export function EntryCard({ entry, runtime }: { entry: Entry; runtime: Runtime }) {
  const now = useNow(1_000);
  const rows = entry.legs.flatMap((leg) => leg.attempts.map((attempt) => ({ leg, attempt })));
  return (
    <Panel
      title={rows.some((one) => one.attempt.purpose !== "entry") ? "Orders" : "Entry"}
      sub={headOf(entry)}
    >
      {rows.length === 0 ? null : (
        <table className={styles.attempts}>
          <caption className="visually-hidden">Attempts of both legs</caption>
          <thead>
            <tr>
              <th scope="col">Leg</th>
              <th scope="col" className={styles.right}>
                Price
              </th>
              <th scope="col">Filled</th>
              <th scope="col" className={styles.right}>
                Time
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ leg, attempt }) => (
              <AttemptRow
                key={attempt.client_order_id}
                leg={leg}
                attempt={attempt}
                digits={digitsOf(runtime, leg)}
              />
            ))}
          </tbody>
        </table>
      )}
      <PanelBody className={styles.facts}>
        <KeyValues
          rows={[
            ...entry.selected_contracts.map(
              (one) =>
                [
                  `${kindWords(one.kind)} ${strikeText(one.strike)}`,
                  [
                    one.delta === null ? "" : `delta ${formatNumber(one.delta, 3, "always")}`,
                    one.distance_pct === null ? "" : signedPercent(one.distance_pct, 2),
                  ]
                    .filter((part) => part !== "")
                    .join(", "),
                ] as const,
            ),
            ["Selection", selectionOf(entry)],
            ["Expiry", istDayMinute(entry.target_expiry, now) || "not yet"],
            ...(entry.reason === null ? [] : ([["Reason", sentence(entry.reason)]] as const)),
          ]}
        />
      </PanelBody>
    </Panel>
  );
}

/** In milliseconds below a second, so that a column compares. */
function latency(milliseconds: number | null): string {
  if (milliseconds === null) {
    return "";
  }
  return milliseconds < 1_000 ? `${milliseconds} ms` : formatDuration(milliseconds);
}

function selectionOf(entry: Entry): string {
  if (entry.selection_strategy === null) {
    return "not yet";
  }
  return entry.selection_strategy === "price" ? "by premium" : `by ${entry.selection_strategy}`;
}

function headOf(entry: Entry): string {
  const start = parseInstant(entry.started_at);
  const end = parseInstant(entry.completed_at);
  if (start !== null && end !== null) {
    return `both legs in ${formatDuration(end.getTime() - start.getTime())}`;
  }
  return entry.status === "" ? "" : sentence(entry.status).toLowerCase();
}

function digitsOf(runtime: Runtime, leg: EntryLeg): number {
  const position = runtime.positions.find((one) => one.symbol === leg.symbol);
  return priceDigits(
    position?.best_bid,
    position?.best_ask,
    ...leg.attempts.map((attempt) => attempt.price),
  );
}

const DONE = new Set(["filled", "closed"]);
const FAILED = new Set(["cancelled", "rejected", "not_accepted", "abandoned", "expired"]);

function AttemptRow({ leg, attempt, digits }: { leg: EntryLeg; attempt: Attempt; digits: number }) {
  const share = attempt.size === 0 ? 0 : Math.min(1, attempt.filled / attempt.size);
  const full = share >= 1;
  return (
    <tr>
      <th scope="row">
        {kindWords(leg.kind)}{" "}
        <span className={styles.number}>
          {attempt.purpose === "entry" ? "" : `${attempt.purpose} `}#{attempt.attempt}
        </span>
      </th>
      <td className={styles.right}>
        {attempt.price === null ? "market" : price(attempt.price, digits)}
      </td>
      <td>
        <span className={styles.filled}>
          <span className={styles.meter}>
            <span
              className={full ? styles.full : styles.part}
              style={{ width: `${share * 100}%` }}
            />
          </span>
          {formatCount(attempt.filled)}
          {DONE.has(attempt.status) ? (
            <Check size={14} role="img" aria-label={attempt.status} className={styles.ok} />
          ) : FAILED.has(attempt.status) ? (
            <X size={14} role="img" aria-label={sentence(attempt.status)} />
          ) : (
            <LoaderCircle
              size={14}
              role="img"
              aria-label={sentence(attempt.status)}
              className={styles.busy}
            />
          )}
        </span>
      </td>
      <td className={styles.right}>{latency(attempt.latency_ms)}</td>
    </tr>
  );
}
