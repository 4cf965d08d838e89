import { formatNumber } from "@/format/numbers";
import { Delta, type Good } from "@/ui/Figures";
import type { AmountUnit } from "../../model/units";
import type { DealRun } from "../api/results";
import { type ComparedRow, comparedRows, type Pair } from "../model/compare";
import { ScrollRegion } from "../shared/ScrollRegion";
import styles from "./Results.module.css";

interface Kind {
  field: Exclude<keyof ComparedRow, "name">;
  head: string;
  good: Good;
  years?: boolean;
}

const KINDS: readonly Kind[] = [
  { field: "wal", head: "Average life, years", good: "neither", years: true },
  { field: "cash", head: "All cash", good: "up" },
  { field: "interest", head: "Interest", good: "up" },
  { field: "principal", head: "Principal", good: "up" },
  { field: "writtenDown", head: "Written down", good: "down" },
  { field: "shortfall", head: "Unpaid at end", good: "down" },
];

/** Two runs class by class: now, before, and the change. */
export function CompareTab({
  run,
  base,
  baseName,
  unit,
}: {
  run: DealRun;
  base: DealRun;
  baseName: string;
  unit: AmountUnit;
}) {
  const rows = comparedRows(run, base);
  return (
    <ScrollRegion className={styles.scroll} label={`Compared with ${baseName}`}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Class</th>
            {KINDS.map((kind) => (
              <th key={kind.field} scope="col">
                {kind.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">{row.name}</th>
              {KINDS.map((kind) => (
                <td key={kind.field}>
                  <Both pair={row[kind.field]} kind={kind} unit={unit} baseName={baseName} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function Both({
  pair,
  kind,
  unit,
  baseName,
}: {
  pair: Pair;
  kind: Kind;
  unit: AmountUnit;
  baseName: string;
}) {
  const show = (value: number | null) =>
    value === null ? "n/a" : kind.years ? formatNumber(value, 2) : unit.format(value);
  return (
    <>
      {show(pair.now)}
      <div className={styles.change}>
        <span className={styles.dim}>
          {show(pair.before)} in {baseName}
        </span>{" "}
        {pair.change === null ? null : (
          <Delta
            value={kind.years ? pair.change : pair.change / unit.by}
            digits={kind.years ? 2 : unit.digits}
            good={kind.good}
          />
        )}
      </div>
    </>
  );
}
