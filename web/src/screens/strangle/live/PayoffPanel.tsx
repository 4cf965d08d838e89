import { useMemo } from "react";
import { CrosshairProvider } from "@/charts/crosshair";
import { formatDuration } from "@/format/time";
import { useSearchState } from "@/screens/search";
import { Panel, PanelBody } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import type { Runtime } from "../api/types";
import { YEAR_MS } from "../model/payoff";
import styles from "./Live.module.css";
import { PayoffChart } from "./PayoffChart";
import { levelsOf, strangleOf } from "./strangle";

/** The payoff of the open strangle, counted from entry or from now. */
export function PayoffPanel({ runtime }: { runtime: Runtime }) {
  const [search, setSearch] = useSearchState();
  const fromNow = search.payoff === "now";
  const strangle = useMemo(() => strangleOf(runtime), [runtime]);
  if (strangle === null) {
    return null;
  }
  const premium = strangle.legs.reduce(
    (sum, leg) => sum + leg.entry * leg.quantity * leg.contractValue,
    0,
  );
  return (
    <Panel
      title="Payoff"
      sub={fromNow ? "from now on, USD" : "net of fees paid, USD"}
      fill
      actions={
        <Segmented
          label="Payoff counted"
          options={[
            { value: "entry", text: "From entry" },
            { value: "now", text: "From now" },
          ]}
          value={fromNow ? "now" : "entry"}
          onChange={(value) => setSearch({ payoff: value === "now" ? "now" : undefined })}
        />
      }
    >
      <PanelBody className={styles.chart}>
        <CrosshairProvider>
          <PayoffChart
            strangle={strangle}
            underlying={runtime.config?.underlying ?? "Index"}
            basis={runtime.totals.basis || premium}
            levels={levelsOf(runtime)}
            shift={fromNow ? -strangle.net : 0}
            left={`${formatDuration(strangle.years * YEAR_MS)} left`}
            name={`payoff-${runtime.strategy_id ?? "strangle"}`}
          />
        </CrosshairProvider>
      </PanelBody>
    </Panel>
  );
}
