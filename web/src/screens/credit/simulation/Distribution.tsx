import { useMemo } from "react";
import { BarHistogram } from "@/charts/BarHistogram";
import { formatCount, formatNumber } from "@/format/numbers";
import type { AmountUnit } from "../model/units";
import type { Measure, Tail } from "./api";
import {
  binsOf,
  commonEdges,
  histogramOf,
  type MeasureLook,
  ordinal,
  percentileRows,
  rebinned,
  sayFigure,
  sayTick,
  sharesOf,
  unitOf,
} from "./figures";
import styles from "./Simulation.module.css";

/** Where a loss of VaR lies on the axis of values, with its shortfall. */
function marksOf(
  measure: Measure,
  tail: Tail | undefined,
  reference: number,
  look: MeasureLook,
): { value: number; title: string; color?: string }[] {
  const mean = { value: measure.mean, title: "mean" };
  if (tail === undefined) {
    return [mean];
  }
  const at = (size: number) => (look.id === "loss" ? size : reference - size);
  return [
    mean,
    { value: at(tail.value_at_risk), title: "VaR", color: "var(--text-2)" },
    { value: at(tail.expected_shortfall), title: "ES", color: "var(--loss)" },
  ];
}

/** The paths by value, with the tail marked, and another simulation behind. */
export function Distribution({
  measure,
  tail,
  reference,
  against,
  look,
  unit,
  name,
}: {
  measure: Measure;
  tail: Tail | undefined;
  reference: number;
  against: Measure | null;
  look: MeasureLook;
  unit: AmountUnit;
  name: string;
}) {
  const { bins, behind } = useMemo(() => {
    const mine = histogramOf(measure);
    if (against === null) {
      return { bins: binsOf(mine), behind: [] };
    }
    const other = histogramOf(against);
    const edges = commonEdges(mine, other);
    return {
      bins: sharesOf(rebinned(mine, edges)),
      behind: sharesOf(rebinned(other, edges)),
    };
  }, [measure, against]);
  const say = (value: number) => sayFigure(look, value, unit);
  return (
    <BarHistogram
      label={`${look.title} on ${formatCount(measure.count)} paths: mean ${say(measure.mean)}, between ${say(measure.min)} and ${say(measure.max)}${tail === undefined ? "" : `; value at risk ${say(tail.value_at_risk)}, shortfall ${say(tail.expected_shortfall)}`}`}
      name={name}
      bins={bins}
      reference={behind}
      marks={marksOf(measure, tail, reference, look)}
      formatX={(value) => sayTick(look, value, unit)}
      formatY={(value) =>
        against === null ? formatCount(Math.round(value)) : `${formatNumber(value, 1)} %`
      }
      titleX={`${look.title}, ${unitOf(look, unit)}`}
      height={260}
    />
  );
}

/** The same in figures. */
export function Percentiles({
  measure,
  against,
  otherName,
  say,
  look,
}: {
  measure: Measure;
  against: Measure | null;
  otherName: string | undefined;
  say: (value: number) => string;
  look: MeasureLook;
}) {
  const rows = percentileRows(measure, against);
  return (
    <table className={styles.figures} aria-label={`Percentiles of ${look.title}`}>
      <thead>
        <tr>
          <th scope="col">Percentile</th>
          <th scope="col">{look.title}</th>
          {against === null ? null : (
            <>
              <th scope="col">{otherName}</th>
              <th scope="col">Difference</th>
            </>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.level}>
            <th scope="row">{ordinal(row.level)}</th>
            <td>{say(row.value)}</td>
            {against === null ? null : (
              <>
                <td>{row.other === null ? "" : say(row.other)}</td>
                <td>{row.other === null ? "" : say(row.value - row.other)}</td>
              </>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
