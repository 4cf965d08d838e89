import { Check } from "lucide-react";
import { useState } from "react";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Panel, PanelBody } from "@/ui/Panel";
import { TextField } from "@/ui/TextField";
import { setScenario } from "../api/calls";
import type { SimStatus } from "../api/riskTypes";
import styles from "./Simulator.module.css";
import { SCENARIOS } from "./scenarios";
import { useSim } from "./useSim";

/** Which kind of market runs, or a script of moves. */
export function MarketPanel({ status }: { status: SimStatus }) {
  const [script, setScript] = useState("");
  const scenario = useSim(setScenario, "The market changes");
  const running = status.scenario.replaceAll("-", "_");
  return (
    <Panel title="Market" sub="takes effect at once, open positions stay">
      <PanelBody className={styles.stack}>
        <fieldset className={styles.scenarios} aria-label="Scenario">
          {SCENARIOS.map((one) => {
            const here = one.id === running;
            return (
              <button
                key={one.id}
                type="button"
                aria-pressed={here}
                className={cx(styles.scenario, here && styles.chosen)}
                disabled={scenario.isPending}
                onClick={() => scenario.mutate(one.id)}
              >
                <svg viewBox="0 0 40 16" aria-hidden="true">
                  <polyline points={one.shape} />
                </svg>
                <span className={styles.name}>
                  {one.title}
                  {here ? <Check size={13} aria-hidden /> : null}
                </span>
                <span className={styles.text}>{one.text}</span>
              </button>
            );
          })}
        </fieldset>
        <form
          className={styles.script}
          onSubmit={(event) => {
            event.preventDefault();
            if (script.trim() !== "") {
              scenario.mutate(script.trim());
            }
          }}
        >
          <TextField
            label="Script"
            hint="Times count from now: at +30m move -8% over 5m"
            placeholder="at +5m move -3% over 2m"
            value={script}
            onChange={setScript}
          />
          <Button type="submit" isDisabled={script.trim() === ""} isPending={scenario.isPending}>
            Run script
          </Button>
        </form>
      </PanelBody>
    </Panel>
  );
}
