import { Panel } from "@/ui/Panel";
import { useSearchState } from "../../../search";
import { objectOf, stepOf } from "../model/findings";
import { writeAt } from "../model/pointer";
import { fixOf } from "../model/suggest";
import styles from "./Builder.module.css";
import { CapitalBar } from "./CapitalBar";
import { Checks } from "./Checks";
import { BuildingProvider } from "./context";
import { ObjectPanel } from "./ObjectPanel";
import { Tree } from "./Tree";
import type { ChecksState } from "./useChecks";
import type { DraftState } from "./useDealDraft";

/** Objects left, the chosen one in the middle, what is wrong right. */
export function Build({
  state,
  checks,
  locked,
}: {
  state: DraftState;
  checks: ChecksState;
  locked: boolean;
}) {
  const [search, change] = useSearchState();
  const at = search.at ?? "/waterfalls/0";
  const { deal } = state.draft;
  const select = (pointer: string) => change({ at: pointer });
  const bond = at.startsWith("/bonds/") ? Number(at.split("/")[2]) : undefined;
  return (
    <BuildingProvider
      value={{ deal, findings: checks.findings, locked, edit: state.edit, at, select }}
    >
      <Panel label="Capital structure" className={styles.capitalPanel}>
        <CapitalBar deal={deal} chosen={bond} onPick={(index) => select(`/bonds/${index}`)} />
      </Panel>
      <div className={styles.lay}>
        <Panel label="Objects" className={styles.treePanel}>
          <Tree />
        </Panel>
        <ObjectPanel />
        <Checks
          deal={deal}
          findings={checks.findings}
          busy={checks.busy}
          failed={checks.failed}
          repair={(finding) => {
            const value = locked ? null : fixOf(deal, finding);
            return value === null ? null : () => state.edit(writeAt(deal, finding.path, value));
          }}
          onFinding={(finding) =>
            select(stepOf(finding.path) ?? (objectOf(finding.path) || "/dates"))
          }
        />
      </div>
    </BuildingProvider>
  );
}
