import { lazy, Suspense } from "react";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/States";
import { Tabs } from "@/ui/Tabs";
import { useSearchState } from "../../../search";
import type { ScenarioRun } from "../api/runs";
import type { Deal } from "../api/structure";
import { AccountsTab } from "./AccountsTab";
import { CompareTab } from "./CompareTab";
import { FactorsTab } from "./FactorsTab";
import { FeesTab } from "./FeesTab";
import { PaymentsTab } from "./PaymentsTab";
import { PoolTab } from "./PoolTab";
import styles from "./Results.module.css";
import { TestsTab, TriggersTab } from "./TriggersTab";
import { runUnit } from "./units";

const ReplayTab = lazy(() =>
  import("./ReplayTab").then((module) => ({ default: module.ReplayTab })),
);
const PricesTab = lazy(() =>
  import("./PricesTab").then((module) => ({ default: module.PricesTab })),
);

export interface DetailProps {
  dealId: string;
  /** Null for the live preview. */
  runId: string | null;
  deal: Deal;
  scenario: ScenarioRun;
  base: ScenarioRun | null;
  baseName: string | null;
  name: string;
  onKeep: () => void;
  reason: string | null;
}

/** Everything behind the chart, one view a tab. */
export function Detail(props: DetailProps) {
  const { scenario, deal, base, baseName } = props;
  const [search, change] = useSearchState();
  const { run } = scenario;
  const unit = runUnit(run, deal);
  const tab = (id: string, title: string, content: React.ReactNode, count?: number) => ({
    id,
    title,
    count: count === undefined || count === 0 ? undefined : String(count),
    content: <Suspense fallback={<Skeleton />}>{content}</Suspense>,
  });
  const breached = run.triggers.filter((one) => one.breached.includes(true)).length;
  const failed = run.tests.filter((one) => one.passed.includes(false)).length;
  const tabs = [
    tab("payments", "Payments", <PaymentsTab run={run} unit={unit} />),
    tab("factors", "Decrement", <FactorsTab run={run} />),
    tab("triggers", "Triggers", <TriggersTab run={run} />, breached),
    tab("tests", "Tests", <TestsTab run={run} />, failed),
    tab("fees", "Fees", <FeesTab run={run} unit={unit} />),
    tab("accounts", "Accounts", <AccountsTab run={run} unit={unit} />),
    tab("pool", "Pool", <PoolTab run={run} unit={unit} />),
    tab("replay", "Replay", <ReplayTab {...props} unit={unit} />),
    tab("prices", "Prices", <PricesTab {...props} />),
    ...(base === null
      ? []
      : [
          tab(
            "compare",
            "Compare",
            <CompareTab run={run} base={base.run} baseName={baseName ?? "compared"} unit={unit} />,
          ),
        ]),
  ];
  const selected = tabs.some((one) => one.id === search.tab) ? (search.tab as string) : "payments";
  return (
    <Panel label="Results in detail" className={styles.detail}>
      <Tabs
        label="Results in detail"
        fill
        selected={selected}
        onSelect={(id) => change({ tab: id === "payments" ? undefined : id })}
        tabs={tabs}
        end={
          <span className={styles.unit}>
            {unit.name} · {run.dates.length} dates
          </span>
        }
      />
    </Panel>
  );
}
