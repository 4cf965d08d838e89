import { FastForward } from "lucide-react";
import { formatNumber } from "@/format/numbers";
import { formatClock, formatDay, parseInstant } from "@/format/time";
import { Button } from "@/ui/Button";
import { Panel, PanelBody } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import { setSimClock } from "../api/calls";
import type { SimStatus } from "../api/riskTypes";
import styles from "./Simulator.module.css";
import { useSim } from "./useSim";

const SPEEDS = ["1", "5", "20", "60", "300"] as const;
const JUMPS = [
  { text: "1 min", seconds: 60 },
  { text: "10 min", seconds: 600 },
  { text: "1 h", seconds: 3_600 },
] as const;

/** The exchange's own time. */
export function ClockPanel({ status }: { status: SimStatus }) {
  const speed = useSim((value: number) => setSimClock({ speed: value }), "The clock runs on");
  const jump = useSim(
    (seconds: number) => setSimClock({ advance_seconds: seconds }),
    "The clock jumped ahead",
  );
  const at = parseInstant(status.now);
  const now = String(status.speed ?? "");
  return (
    <Panel title="Clock" sub="time of the exchange">
      <PanelBody className={styles.stack}>
        {at === null ? null : (
          <div>
            <div className={styles.clock}>{formatClock(at, "IST")} IST</div>
            <div className={styles.text}>
              {formatDay(at, "IST")}, {formatClock(at, "UTC")} UTC,{" "}
              {status.speed === null
                ? "as fast as the machine can"
                : `${formatNumber(status.speed, Number.isInteger(status.speed) ? 0 : 2)} s a second`}
            </div>
          </div>
        )}
        <div className={styles.jumps}>
          <Segmented
            label="Speed"
            options={SPEEDS.map((one) => ({ value: one, text: `${one}\u00d7` }))}
            value={SPEEDS.find((one) => one === now) ?? null}
            onChange={(value) => speed.mutate(Number(value))}
          />
        </div>
        <div className={styles.jumps}>
          {JUMPS.map((one) => (
            <Button
              key={one.seconds}
              small
              icon={<FastForward size={13} />}
              isPending={jump.isPending}
              onPress={() => jump.mutate(one.seconds)}
            >
              {one.text}
            </Button>
          ))}
        </div>
        <p className={styles.text}>
          Countdowns, ages and limits follow the exchange's time. Above 1× the desk sees more market
          between two of its own looks.
        </p>
      </PanelBody>
    </Panel>
  );
}
