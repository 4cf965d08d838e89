import { useQuery } from "@tanstack/react-query";
import { formatMoney, formatNumber } from "@/format/numbers";
import { formatCountdown } from "@/format/time";
import { useNow } from "@/shell/clock";
import { KeyValues, Metric } from "@/ui/Figures";
import { Skeleton } from "@/ui/States";
import { POLL_MS, runtimeQuery, sessionsQuery } from "../api/queries";
import type { Runtime } from "../api/types";
import { strangleOf } from "../live/strangle";
import { countdownOf } from "../model/desk";
import { breakEvens } from "../model/payoff";
import { exact, reasonWords, signedPercent, stateWords } from "../model/words";
import styles from "./Instrument.module.css";
import { MiniPayoff } from "./MiniPayoff";

/** Strangle in small, on Home: the result, the payoff with the index on it, and what comes next. */
export default function Instrument() {
  const query = useQuery({ ...runtimeQuery, refetchInterval: POLL_MS });
  const runtime = query.data;
  if (runtime === undefined) {
    return query.error ? (
      <p className={styles.quiet}>The desk could not be read now.</p>
    ) : (
      <Skeleton rows={3} />
    );
  }
  const sold = runtime.positions.some((position) => position.entry_price !== null);
  return (
    <div className={styles.body}>
      {sold ? <Sold runtime={runtime} /> : <Unsold runtime={runtime} />}
      <Next runtime={runtime} receivedAt={query.dataUpdatedAt} />
    </div>
  );
}

function Sold({ runtime }: { runtime: Runtime }) {
  const { totals, limits } = runtime;
  const net = exact(totals.total_pnl_exact);
  const strangle = strangleOf(runtime);
  const tone = totals.total_pnl > 0 ? styles.gain : totals.total_pnl < 0 ? styles.loss : undefined;
  return (
    <>
      <Metric
        name={`net, ${signedPercent(totals.total_pnl_pct)} of basis`}
        value={
          <span className={tone}>
            {net === null ? "n/a" : formatMoney(net, { sign: "always" })}
          </span>
        }
      />
      {strangle === null ? null : <MiniPayoff strangle={strangle} />}
      <KeyValues
        rows={[
          [
            "Trailing stop",
            limits.trailing_level_pct === null
              ? "not armed"
              : signedPercent(limits.trailing_level_pct, 0),
          ],
          ["Nearest break-even", strangle === null ? "closed" : nearest(strangle)],
        ]}
      />
    </>
  );
}

function nearest(strangle: NonNullable<ReturnType<typeof strangleOf>>): string {
  const { low, high } = breakEvens(strangle);
  const ways = [low, high]
    .filter((end): end is number => end !== null)
    .map((end) => (end / strangle.spot - 1) * 100)
    .sort((left, right) => Math.abs(left) - Math.abs(right));
  return signedPercent(ways[0], 1);
}

function Unsold({ runtime }: { runtime: Runtime }) {
  const last = useQuery(sessionsQuery({ page_size: 1, status: "stopped" })).data?.items[0];
  const net = exact(last?.pnl_summary?.total_pnl_exact);
  const spot = runtime.spot.last;
  return (
    <>
      <Metric
        name={runtime.config?.name ?? "No profile is active"}
        value={stateWords(runtime).word}
      />
      <KeyValues
        rows={[
          [
            `${runtime.config?.underlying ?? "Index"}`,
            spot === null ? "n/a" : formatNumber(spot, 1),
          ],
          [
            "Last session",
            last === undefined
              ? "none yet"
              : `${net === null ? "n/a" : formatMoney(net, { sign: "always" })}, ${reasonWords(last.exit_reason).toLowerCase()}`,
          ],
        ]}
      />
    </>
  );
}

function Next({ runtime, receivedAt }: { runtime: Runtime; receivedAt: number }) {
  const now = useNow(1_000);
  const next = countdownOf(runtime, now.getTime() - receivedAt);
  return next === null ? null : (
    <p className={styles.quiet}>
      {next.title} <span className={styles.count}>{formatCountdown(next.left)}</span>
    </p>
  );
}
