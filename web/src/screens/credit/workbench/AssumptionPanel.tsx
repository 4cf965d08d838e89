import { Play } from "lucide-react";
import { counted } from "@/format/numbers";
import { formatDuration } from "@/format/time";
import { shownKeys } from "@/shell/shortcuts";
import { Button } from "@/ui/Button";
import { Panel } from "@/ui/Panel";
import { Tabs } from "@/ui/Tabs";
import { useSearchState } from "../../search";
import type { Assumptions, AssumptionTab } from "../model/assumptions";
import { countValues } from "../model/differences";
import { classLook } from "../model/units";
import { NeedsOperator } from "../shared/access";
import { FeesTab } from "./FeesTab";
import styles from "./Panel.module.css";
import { RatesTab } from "./RatesTab";
import { SeverityTab } from "./SeverityTab";
import { DEFAULT, PREPAY, SpeedTab } from "./SpeedTab";
import type { Bench } from "./useWorkbench";

const TITLES: readonly (readonly [AssumptionTab, string])[] = [
  ["prepay", "Prepay"],
  ["default", "Default"],
  ["severity", "Severity"],
  ["rates", "Rates"],
  ["fees", "Fees"],
];

/** What is assumed, what of it differs from the compared run, and Run. */
export function AssumptionPanel({
  bench,
  onRun,
  className,
}: {
  bench: Bench;
  onRun: () => void;
  className?: string;
}) {
  const [search, change] = useSearchState();
  const { state, set, found, base, usual, curves, last, shown } = bench;
  const from = base?.assumptions ?? null;
  const part = <Name extends AssumptionTab>(name: Name, next: Assumptions[Name]) =>
    set({ ...state, [name]: next });
  const classes = (pick: "cpr" | "cdr") =>
    usual.classes.map((one) => ({
      name: one.name,
      title: classLook(one.name).title,
      rate: one[pick],
      share: one.share,
    }));
  const content: Record<AssumptionTab, React.ReactNode> = {
    prepay: (
      <SpeedTab
        kind={PREPAY}
        state={state.prepay}
        shown={curves.prepay}
        base={curves.basePrepay}
        baseState={from?.prepay ?? null}
        baseName={countValues(found, "prepay") > 0 ? (base?.name ?? null) : null}
        last={last}
        classes={classes("cpr")}
        onChange={(next) => part("prepay", { ...state.prepay, ...next } as Assumptions["prepay"])}
      />
    ),
    default: (
      <SpeedTab
        kind={DEFAULT}
        state={state.default}
        shown={curves.default}
        base={curves.baseDefault}
        baseState={from?.default ?? null}
        baseName={countValues(found, "default") > 0 ? (base?.name ?? null) : null}
        last={last}
        classes={classes("cdr")}
        onChange={(next) =>
          part("default", { ...state.default, ...next } as Assumptions["default"])
        }
      />
    ),
    severity: (
      <SeverityTab
        state={state.severity}
        base={from?.severity ?? null}
        usual={usual}
        onChange={(next) => part("severity", next)}
      />
    ),
    rates: (
      <RatesTab
        state={state.rates}
        base={from?.rates ?? null}
        usual={usual}
        onChange={(next) => part("rates", next)}
      />
    ),
    fees: (
      <FeesTab
        state={state.fees}
        base={from?.fees ?? null}
        onChange={(next) => part("fees", next)}
      />
    ),
  };
  return (
    <Panel label="Assumptions" className={className}>
      <Tabs
        label="Assumptions"
        fill
        selected={search.assume ?? "prepay"}
        onSelect={(tab) => change({ assume: tab === "prepay" ? undefined : tab })}
        tabs={TITLES.map(([id, title]) => {
          const count = countValues(found, id);
          return {
            id,
            title,
            count: count > 0 ? String(count) : undefined,
            content: <div className={styles.body}>{content[id]}</div>,
          };
        })}
      />
      <div className={styles.foot}>
        <div className={styles.footText}>
          <div className={styles.differ}>
            {base === null
              ? "Nothing to compare with"
              : bench.differ === 0
                ? `As in ${base.name}`
                : `${counted(bench.differ, "value")} differ${bench.differ === 1 ? "s" : ""} from ${base.name}`}
          </div>
          {shown === null ? null : <div>about {formatDuration(shown.execution_time * 1_000)}</div>}
        </div>
        <Button
          kind="primary"
          icon={<Play size={14} />}
          keys={shownKeys("Mod+Enter")}
          isDisabled={!bench.may}
          isPending={bench.run.isPending}
          onPress={onRun}
        >
          Run
        </Button>
      </div>
      {bench.may ? null : (
        <div className={styles.needs}>
          <NeedsOperator what="Running an analysis" />
        </div>
      )}
    </Panel>
  );
}
