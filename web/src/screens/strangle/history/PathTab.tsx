import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { CrosshairProvider } from "@/charts/crosshair";
import { PaneGroup } from "@/charts/PaneGroup";
import { timeTicks } from "@/charts/scale";
import { counted } from "@/format/numbers";
import { formatClock, formatInstant } from "@/format/time";
import { Loaded, Skeleton } from "@/ui/States";
import { eventsQuery } from "../api/events";
import { sessionPathQuery } from "../api/queries";
import type { PnlPoint, SessionDetail } from "../api/records";
import { usd } from "./figures";
import styles from "./History.module.css";
import { endOf, pathPanes, sessionPath } from "./path";

const IST_MS = 5.5 * 3_600_000;
const OPEN_MS = 10_000;

/** How the result came about, with the index under it. */
export function PathTab({ detail }: { detail: SessionDetail }) {
  const running = detail.status === "running";
  const query = useQuery({
    ...sessionPathQuery(detail.id),
    refetchInterval: running ? OPEN_MS : false,
  });
  return (
    <Loaded query={query} what="The path" skeleton={<Skeleton rows={2} chart />}>
      {(path) => <Path detail={detail} points={path.points} />}
    </Loaded>
  );
}

function Path({ detail, points }: { detail: SessionDetail; points: readonly PnlPoint[] }) {
  const events = useQuery(eventsQuery(detail.id)).data;
  const path = useMemo(
    () => sessionPath(points, events ?? detail.events, endOf(detail)),
    [points, events, detail],
  );
  const underlying = String(detail.config_snapshot.underlying ?? "Index");
  const last = path.net.findLast((value) => value !== null);
  return (
    <div className={styles.tab}>
      <CrosshairProvider>
        <PaneGroup
          label={
            last === undefined || last === null
              ? "P&L path of the session, no points"
              : `P&L path of the session, ${usd(last)} net at the end`
          }
          name={`${detail.strategy_id}-path`}
          xs={path.xs}
          formatX={(x) => formatInstant(new Date(x), "IST")}
          tickX={(x) => formatClock(new Date(x), "IST", "minute")}
          ticksX={(low, high, wanted) =>
            timeTicks(low + IST_MS, high + IST_MS, Math.min(5, wanted)).map((at) => at - IST_MS)
          }
          panes={pathPanes(path, underlying)}
          height={340}
          empty="No point was recorded; the path begins when the first leg is sold"
        />
      </CrosshairProvider>
      <p className={styles.note}>
        {counted(points.length, "point")}, IST.
        {path.gaps > 0 ? ` Nothing was recorded in ${counted(path.gaps, "gap")}.` : ""}
      </p>
    </div>
  );
}
