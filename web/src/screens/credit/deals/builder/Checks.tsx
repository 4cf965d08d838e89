import { CircleCheck, Wrench } from "lucide-react";
import { counted } from "@/format/numbers";
import { Button } from "@/ui/Button";
import { Severity } from "@/ui/Marks";
import { Panel } from "@/ui/Panel";
import type { Deal, Fault, Finding } from "../api/structure";
import { ordered, tally } from "../model/findings";
import { whereIs } from "../model/objects";
import { replacementOf } from "../model/suggest";
import { Coded } from "../shared/Coded";
import styles from "./Builder.module.css";

export interface ChecksProps {
  deal: Deal;
  findings: readonly Finding[];
  faults?: readonly Fault[];
  busy: boolean;
  /** The check itself failed: the network, not the deal. */
  failed: string | null;
  onFinding: (finding: Finding) => void;
  onFault?: (fault: Fault) => void;
  onFix?: (fault: Fault) => void;
  /** What the suggestion of a finding would write, and the act. */
  repair?: (finding: Finding) => (() => void) | null;
}

/** What is wrong, errors first; a press goes there. */
export function Checks(props: ChecksProps) {
  const { deal, findings, faults = [], busy, failed, onFinding, onFault, onFix, repair } = props;
  const { errors, warnings } = tally(findings);
  const all = errors + faults.length;
  const words =
    failed !== null
      ? "not checked"
      : all + warnings === 0
        ? "nothing found"
        : [all > 0 ? counted(all, "error") : "", warnings > 0 ? counted(warnings, "warning") : ""]
            .filter(Boolean)
            .join(", ");
  return (
    <Panel title="Checks" sub={busy ? "checking" : words} fill className={styles.checks}>
      <div className={styles.checkList} aria-live="polite">
        {failed === null ? null : <p className={styles.checkFailed}>{failed}</p>}
        {failed === null && all + warnings === 0 ? (
          <p className={styles.checksOk}>
            <CircleCheck size={16} aria-hidden />
            The deal can be run.
          </p>
        ) : null}
        <ul>
          {faults.map((fault) => (
            <li
              key={`${fault.line}:${fault.column}:${fault.code}:${fault.message}`}
              className={styles.check}
            >
              <button type="button" className={styles.checkOpen} onClick={() => onFault?.(fault)}>
                <Severity level="critical" />
                <span>
                  <span className={styles.checkWhere}>
                    line {fault.line}, column {fault.column}
                  </span>
                  <span className={styles.checkText}>
                    <Coded text={fault.message} />
                  </span>
                  {fault.suggestion ? (
                    <span className={styles.checkTry}>
                      <Coded text={fault.suggestion} />
                    </span>
                  ) : null}
                </span>
              </button>
              {onFix ? (
                <Fix text={replacementOf(fault.suggestion)} onFix={() => onFix(fault)} />
              ) : null}
            </li>
          ))}
          {ordered(findings).map((finding) => (
            <li key={`${finding.path}:${finding.code}:${finding.message}`} className={styles.check}>
              <button type="button" className={styles.checkOpen} onClick={() => onFinding(finding)}>
                <Severity level={finding.severity === "error" ? "critical" : "medium"} />
                <span>
                  <span className={styles.checkWhere}>
                    {whereIs(deal, finding.path)}
                    {finding.line ? ` · line ${finding.line}` : ""}
                  </span>
                  <span className={styles.checkText}>
                    <Coded text={finding.message} />
                  </span>
                  {finding.suggestion ? (
                    <span className={styles.checkTry}>
                      <Coded text={finding.suggestion} />
                    </span>
                  ) : null}
                </span>
              </button>
              <Repair finding={finding} act={repair?.(finding) ?? null} />
            </li>
          ))}
        </ul>
      </div>
    </Panel>
  );
}

function Repair({ finding, act }: { finding: Finding; act: (() => void) | null }) {
  return act === null ? null : <Fix text={replacementOf(finding.suggestion)} onFix={act} />;
}

/** One press writes what is suggested. */
function Fix({ text, onFix }: { text: string | null; onFix: () => void }) {
  return text === null ? null : (
    <Button small icon={<Wrench size={12} />} onPress={onFix}>
      Use <code>{text}</code>
    </Button>
  );
}
