import { useSearchState } from "@/screens/search";
import { Panel, PanelBody } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import { ErrorPanel } from "@/ui/States";
import type { Runtime } from "../api/types";
import type { PathSample } from "../model/path";
import styles from "./Live.module.css";
import { PathChart } from "./PathChart";

const HOUR = 3_600_000;

/** How the session came here: the whole of it, or the last hour. */
export function PathPanel({
  runtime,
  samples,
  error,
  onRetry,
}: {
  runtime: Runtime;
  samples: readonly PathSample[];
  error: unknown;
  onRetry: () => void;
}) {
  const [search, setSearch] = useSearchState();
  const hour = search.path === "1h";
  const last = samples.at(-1)?.at ?? Date.parse(runtime.generated_at);
  const shown = hour ? samples.filter((sample) => sample.at >= last - HOUR) : samples;
  const first = shown[0]?.at ?? last - HOUR;
  const exit = Date.parse(runtime.schedule.planned_exit_at ?? "");
  const to =
    hour || Number.isNaN(exit) || runtime.status === "cooldown" ? last : Math.max(exit, last);
  return (
    <Panel
      title="P&L path"
      sub={"net, % of basis, IST"}
      fill
      actions={
        <Segmented
          label="Part of the session"
          options={[
            { value: "all", text: "Session" },
            { value: "1h", text: "1 h" },
          ]}
          value={hour ? "1h" : "all"}
          onChange={(value) => setSearch({ path: value === "1h" ? "1h" : undefined })}
        />
      }
    >
      <PanelBody className={styles.chart}>
        {error && samples.length === 0 ? (
          <ErrorPanel what="The P&L path could not be loaded" error={error} onRetry={onRetry} />
        ) : (
          <PathChart
            samples={shown}
            from={first}
            to={to}
            maxLoss={runtime.limits.max_loss_pct}
            maxProfit={runtime.limits.max_profit_pct}
            underlying={runtime.config?.underlying ?? "Index"}
            name={`pnl-${runtime.strategy_id ?? "strangle"}`}
            empty="No sample yet; the first comes when both legs are open."
          />
        )}
      </PanelBody>
    </Panel>
  );
}
