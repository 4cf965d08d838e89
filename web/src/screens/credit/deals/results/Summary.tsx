import { formatNumber } from "@/format/numbers";
import { formatDate } from "@/format/time";
import { cx } from "@/ui/cx";
import { Delta } from "@/ui/Figures";
import { Chip } from "@/ui/Marks";
import { Panel } from "@/ui/Panel";
import type { BondSummary, DealRun } from "../api/results";
import type { Deal } from "../api/structure";
import { comparedRows, type Pair } from "../model/compare";
import { bondColor } from "../model/results";
import { ScrollRegion } from "../shared/ScrollRegion";
import styles from "./Results.module.css";
import { runUnit } from "./units";

/** Every class in a few numbers, with the change against the compared run. */
export function Summary({
  run,
  deal,
  base,
  busy,
}: {
  run: DealRun;
  deal: Deal;
  base: DealRun | null;
  busy: boolean;
}) {
  const unit = runUnit(run, deal);
  const compared = base === null ? null : comparedRows(run, base);
  const pairOf = (name: string, field: "wal" | "interest" | "principal" | "writtenDown") =>
    compared?.find((one) => one.name === name)?.[field] ?? null;
  return (
    <Panel
      title="Classes"
      sub={unit.name}
      className={styles.summaryPanel}
      actions={
        <span className={styles.caption}>
          fees {unit.format(run.summary.total_fees)}
          {run.calls[0] === undefined
            ? ""
            : ` · called ${formatDate(run.calls[0].date)} by ${run.calls[0].name}`}
        </span>
      }
    >
      {busy ? <div className={styles.busy} /> : null}
      <ScrollRegion className={styles.scroll} label="Classes">
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Class</th>
              <th scope="col">Average life, years</th>
              <th scope="col">Principal window</th>
              <th scope="col">Interest</th>
              <th scope="col">Principal</th>
              <th scope="col">Rest</th>
              <th scope="col">Written down</th>
              <th scope="col">Unpaid at end</th>
              <th scope="col">Result</th>
            </tr>
          </thead>
          <tbody>
            {run.summary.bonds.map((bond, index) => (
              <tr key={bond.name}>
                <th scope="row">
                  <span className={styles.swatch} style={{ background: bondColor(index) }} />
                  {bond.name}
                </th>
                <td>
                  {bond.wal === null ? <Dim>none</Dim> : formatNumber(bond.wal, 2)}
                  <Change pair={pairOf(bond.name, "wal")} digits={2} by={1} />
                </td>
                <td>{windowWords(bond)}</td>
                <td>
                  <Figure value={bond.total_interest} unit={unit} />
                  <Change
                    pair={pairOf(bond.name, "interest")}
                    digits={unit.digits}
                    by={unit.by}
                    good="up"
                  />
                </td>
                <td>
                  <Figure value={bond.total_principal} unit={unit} />
                  <Change
                    pair={pairOf(bond.name, "principal")}
                    digits={unit.digits}
                    by={unit.by}
                    good="up"
                  />
                </td>
                <td>
                  <Figure value={bond.residual} unit={unit} />
                </td>
                <td>
                  <Figure value={bond.written_down} unit={unit} />
                  <Change
                    pair={pairOf(bond.name, "writtenDown")}
                    digits={unit.digits}
                    by={unit.by}
                    good="down"
                  />
                </td>
                <td>
                  <Figure value={bond.shortfall} unit={unit} />
                </td>
                <td className={styles.result}>
                  <Verdict bond={bond} equity={run.bonds[index]?.kind === "equity"} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Panel>
  );
}

function Verdict({ bond, equity }: { bond: BondSummary; equity: boolean }) {
  if (equity) {
    return <Chip>residual</Chip>;
  }
  if (bond.maturity_hit) {
    return <Chip tone="bad">not repaid</Chip>;
  }
  if (bond.written_down > 0.005) {
    return <Chip tone="bad">loses principal</Chip>;
  }
  if (bond.shortfall > 0.005) {
    return <Chip tone="warn">interest missing</Chip>;
  }
  return <Chip tone="ok">repaid</Chip>;
}

function windowWords(bond: BondSummary) {
  if (bond.window === null || bond.window_dates === null) {
    return <Dim>none</Dim>;
  }
  const [from, to] = bond.window_dates;
  return `${from.slice(0, 7)} to ${to.slice(0, 7)}`;
}

const Dim = ({ children }: { children: React.ReactNode }) => (
  <span className={styles.dim}>{children}</span>
);

export function Figure({
  value,
  unit,
}: {
  value: number;
  unit: { format: (amount: number) => string };
}) {
  const text = unit.format(value);
  return <span className={cx(!/[1-9]/.test(text) && styles.dim)}>{text}</span>;
}

function Change({
  pair,
  digits,
  by,
  good = "neither",
}: {
  pair: Pair | null;
  digits: number;
  by: number;
  good?: "up" | "down" | "neither";
}) {
  return pair === null || pair.change === null ? null : (
    <div className={styles.change}>
      <Delta value={pair.change / by} digits={digits} good={good} />
    </div>
  );
}
