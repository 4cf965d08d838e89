import { Zap } from "lucide-react";
import { useState } from "react";
import { formatCount } from "@/format/numbers";
import { Button } from "@/ui/Button";
import { Checkbox } from "@/ui/Checkbox";
import { JsonView } from "@/ui/JsonView";
import { Panel, PanelBody } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import { clearFaults, injectFault } from "../api/calls";
import type { SimStatus } from "../api/riskTypes";
import styles from "./Simulator.module.css";
import { type Dose, FAULT_GROUPS, installedFault, ruleOf } from "./scenarios";
import { useSim } from "./useSim";

/** What can go wrong, one press each. */
export function FaultPanel({ status }: { status: SimStatus }) {
  const [dose, setDose] = useState<Dose>({ seconds: 30, chance: "once", ordersOnly: true });
  const inject = useSim(injectFault, "The fault is in");
  const clear = useSim(clearFaults, "All faults are taken away");
  const installed = keyed(status.faults);
  return (
    <Panel
      title="Faults"
      sub="what the desk must survive"
      actions={
        installed.length === 0 ? undefined : (
          <Button small isPending={clear.isPending} onPress={() => clear.mutate(undefined)}>
            Clear faults
          </Button>
        )
      }
      foot={
        installed.length === 0
          ? "No fault is installed."
          : `${formatCount(installed.length)} installed, listed below.`
      }
    >
      <PanelBody className={styles.stack}>
        <div className={styles.dose}>
          <div className={styles.field}>
            <span>Request and socket faults</span>
            <Segmented
              label="How often"
              options={[
                { value: "once", text: "Once" },
                { value: "10", text: "10 %" },
                { value: "50", text: "50 %" },
              ]}
              value={dose.chance}
              onChange={(chance) => setDose({ ...dose, chance })}
            />
          </div>
          <div className={styles.field}>
            <span>Lasting faults and chances for</span>
            <Segmented
              label="How long"
              options={[
                { value: "30", text: "30 s" },
                { value: "120", text: "2 min" },
                { value: "600", text: "10 min" },
              ]}
              value={String(dose.seconds) as "30" | "120" | "600"}
              onChange={(seconds) => setDose({ ...dose, seconds: Number(seconds) })}
            />
          </div>
          <Checkbox
            isSelected={dose.ordersOnly}
            onChange={(ordersOnly) => setDose({ ...dose, ordersOnly })}
          >
            Requests that place orders only
          </Checkbox>
        </div>
        {FAULT_GROUPS.map((group) => (
          <section key={group.title} aria-label={group.title}>
            <h3 className={styles.group}>{group.title}</h3>
            <div className={styles.faults}>
              {group.faults.map((fault) => (
                <div key={fault.kind} className={styles.fault}>
                  <div>
                    <div className={styles.name}>{fault.title}</div>
                    <div className={styles.text}>{fault.text}</div>
                  </div>
                  <Button
                    small
                    icon={<Zap size={13} />}
                    aria-label={`Inject ${fault.title.toLowerCase()}`}
                    isDisabled={inject.isPending}
                    onPress={() => inject.mutate(ruleOf(fault, dose))}
                  >
                    Inject
                  </Button>
                </div>
              ))}
            </div>
          </section>
        ))}
        {installed.length === 0 ? null : (
          <section aria-label="Installed faults">
            <h3 className={styles.group}>Installed</h3>
            <ul className={styles.installed}>
              {installed.map(({ key, rule }) => (
                <li key={key}>
                  <details>
                    <summary>{summaryOf(rule)}</summary>
                    <JsonView value={rule} />
                  </details>
                </li>
              ))}
            </ul>
          </section>
        )}
      </PanelBody>
    </Panel>
  );
}

function summaryOf(rule: unknown): string {
  const { title, fired } = installedFault(rule);
  return fired === null ? title : `${title}, fired ${formatCount(fired)} times`;
}

/** The same rule may be installed twice: its place is part of its identity. */
const keyed = (rules: readonly unknown[]) =>
  rules.map((rule, place) => ({ key: `${place} ${JSON.stringify(rule)}`, rule }));
