import { useQuery } from "@tanstack/react-query";
import { Download, RefreshCw } from "lucide-react";
import { useState } from "react";
import { CrosshairProvider } from "@/charts/crosshair";
import { formatClock, formatDuration } from "@/format/time";
import { type SearchState, useSearchState } from "@/screens/search";
import { StrangleGlyph } from "@/services/glyphs";
import { serverNow, useNow } from "@/shell/clock";
import { useShortcuts } from "@/shell/shortcuts";
import { Token } from "@/table/FilterBar";
import { Banner } from "@/ui/Banner";
import { Button, IconButton, LinkButton } from "@/ui/Button";
import { Checkbox } from "@/ui/Checkbox";
import { PageHead } from "@/ui/PageHead";
import { Cell, Grid, Panel } from "@/ui/Panel";
import { Select } from "@/ui/Select";
import { Empty, Loaded, Skeleton, StaleChip } from "@/ui/States";
import type { AnalyticsHistory } from "../api/analyticsTypes";
import { exportAnalytics } from "../api/calls";
import { analyticsQuery } from "../api/queries";
import { useDesk } from "../api/stream";
import { Usd } from "../history/figures";
import { MODES } from "../history/filters";
import { StranglePage } from "../shared/StranglePage";
import styles from "./Analytics.module.css";
import { Breakdown } from "./Breakdown";
import { CalendarPanel } from "./CalendarPanel";
import { CurvePanel } from "./CurvePanel";
import { HistogramPanel, WinRatePanel } from "./DistributionPanels";
import { ActivityGroups, PerformanceSummary, RiskGroups } from "./Groups";
import { RangeBar } from "./RangeBar";
import { analyticsRange, type DayRange, rangeOf } from "./range";
import { saveCsv, stamp } from "./saveCsv";
import { TimelinePanel } from "./TimelinePanel";

const REFRESH_MS = 10_000;
const STALE_MS = 60_000;
const DESK_MODES = { sim: "paper", testnet: "testnet", prod: "live" } as const;

/** How the desk has done over a range of sessions: net first, drawdown under it. */
export default function Analytics() {
  const [search, change] = useSearchState();
  const desk = useDesk();
  const deskMode = desk.data === undefined ? undefined : DESK_MODES[desk.data.environment];
  const range = rangeOf(search, "30d");
  // Paper and real money are not added up unless that is asked for.
  const mode = MODES.find((one) => one.value === search.mode)?.value ?? deskMode ?? "all";
  const asked = {
    ...analyticsRange(range),
    mode: mode === "all" ? undefined : mode,
    strategy_id: search.strategy,
  };
  const auto = search.auto !== "off";
  const query = useQuery({
    ...analyticsQuery(asked),
    enabled: search.mode !== undefined || desk.data !== undefined || Boolean(desk.error),
    refetchInterval: auto ? REFRESH_MS : false,
  });
  const [saving, setSaving] = useState(false);
  const save = async () => {
    if (!saving) {
      setSaving(true);
      await saveCsv(
        "Analytics",
        () => exportAnalytics(asked),
        `analytics-export-${stamp(serverNow()).replace("T", "-")}.csv`,
      );
      setSaving(false);
    }
  };
  useShortcuts([
    { keys: "e", text: "Export the range", scope: "Analytics", run: () => void save() },
    { keys: "r", text: "Refresh", scope: "Analytics", run: () => void query.refetch() },
  ]);
  const data = query.data;
  useNow(1_000);
  const age = Date.now() - query.dataUpdatedAt;
  return (
    <StranglePage>
      <PageHead
        title="Advanced analytics"
        crumb="Analytics"
        trail={[{ title: "Strangle", to: "/strangle" }]}
        actions={
          <>
            <IconButton label="Refresh" keys="r" onPress={() => void query.refetch()}>
              <RefreshCw size={14} />
            </IconButton>
            <Button icon={<Download size={14} />} isPending={saving} onPress={() => void save()}>
              Export CSV
            </Button>
          </>
        }
      >
        {data !== undefined && age > STALE_MS ? <StaleChip age={formatDuration(age)} /> : null}
      </PageHead>
      <Controls
        range={range}
        mode={mode}
        deskMode={deskMode}
        auto={auto}
        asOf={data?.generated_at}
        strategy={search.strategy}
        change={change}
      />
      {data !== undefined && query.isRefetchError ? (
        <Banner
          tone="warn"
          title="The figures could not be refreshed."
          actions={
            <Button small onPress={() => void query.refetch()}>
              Try again
            </Button>
          }
        >
          Those of {formatDuration(Math.max(0, age))} ago are shown.
        </Banner>
      ) : null}
      {data?.status.is_stale ? (
        <Banner tone="warn" title="The newest figures are missing.">
          {data.status.message}
        </Banner>
      ) : null}
      <Loaded query={query} what="Analytics" skeleton={<Skeleton rows={12} chart />}>
        {(history) =>
          history.metrics.trade_count === 0 ? (
            <Nothing history={history} all={range.name === "all"} change={change} />
          ) : (
            <Figures history={history} busy={query.isPlaceholderData} mode={mode} />
          )
        }
      </Loaded>
    </StranglePage>
  );
}

type Change = (next: SearchState, mode?: "push" | "replace") => void;

/** Range, mode and session; how fresh the figures are. */
function Controls({
  range,
  mode,
  deskMode,
  auto,
  asOf,
  strategy,
  change,
}: {
  range: DayRange;
  mode: (typeof MODES)[number]["value"];
  deskMode: string | undefined;
  auto: boolean;
  asOf: string | undefined;
  strategy: string | undefined;
  change: Change;
}) {
  return (
    <div className={styles.controls}>
      <RangeBar
        range={range}
        onChange={({ range: name, start, end }) =>
          change({ range: name === "30d" ? undefined : name, start, end }, "push")
        }
      />
      <div className={styles.mode}>
        <Select
          label="Mode"
          hideLabel
          options={MODES}
          value={mode}
          onChange={(next) => change({ mode: next === deskMode ? undefined : next }, "push")}
        />
      </div>
      {strategy === undefined ? null : (
        <Token name="session" value={strategy} onDrop={() => change({ strategy: undefined })} />
      )}
      <div className={styles.fresh}>
        {asOf === undefined ? null : <span>As of {formatClock(new Date(asOf), "IST")} IST</span>}
        <Checkbox isSelected={auto} onChange={(on) => change({ auto: on ? undefined : "off" })}>
          Refresh every 10 s
        </Checkbox>
      </div>
    </div>
  );
}

function Nothing({
  history,
  all,
  change,
}: {
  history: AnalyticsHistory;
  all: boolean;
  change: Change;
}) {
  const open = history.extra.open_pnl;
  return (
    <Panel label="Analytics">
      <Empty
        glyph={<StrangleGlyph />}
        title="No session closed in this range"
        actions={
          all ? (
            <LinkButton to="/strangle/live" kind="primary">
              Open live control
            </LinkButton>
          ) : (
            <Button
              kind="primary"
              onPress={() => change({ range: "all", start: undefined, end: undefined }, "push")}
            >
              Show all sessions
            </Button>
          )
        }
      >
        A session counts when it closes after an entry.{" "}
        {open === null ? null : (
          <>
            The open one is at <Usd amount={open} directed /> now.
          </>
        )}
      </Empty>
    </Panel>
  );
}

function Figures({
  history,
  busy,
  mode,
}: {
  history: AnalyticsHistory;
  busy: boolean;
  mode: string;
}) {
  return (
    <CrosshairProvider>
      <div className={styles.stack} aria-busy={busy || undefined}>
        <PerformanceSummary history={history} />
        <Grid>
          <Cell span={8}>
            <CurvePanel history={history} />
          </Cell>
          <Cell span={4}>
            <ActivityGroups history={history} />
          </Cell>
        </Grid>
        <RiskGroups history={history} />
        <Grid>
          <Cell span={6}>
            <WinRatePanel history={history} />
          </Cell>
          <Cell span={6}>
            <HistogramPanel history={history} />
          </Cell>
        </Grid>
        <Grid>
          <Cell span={4}>
            <Breakdown history={history} mode={mode} />
          </Cell>
          <Cell span={8}>
            <CalendarPanel history={history} mode={mode} />
          </Cell>
        </Grid>
        <TimelinePanel entries={history.timeline} />
      </div>
    </CrosshairProvider>
  );
}
