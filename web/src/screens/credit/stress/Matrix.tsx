import { Download } from "lucide-react";
import { csvOf, saveBlob } from "@/api/download";
import { formatNumber, NARROW_SPACE, NOT_COMPUTABLE } from "@/format/numbers";
import { IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Chip, Severity } from "@/ui/Marks";
import { Panel, PanelBody } from "@/ui/Panel";
import type { AmountUnit } from "../model/units";
import {
  heatStep,
  type MatrixCell,
  type MatrixRow,
  MEASURES,
  type Measure,
  type MeasureId,
} from "./matrix";
import styles from "./Stress.module.css";

const HEATS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

export const unitOf = (measure: Measure, unit: AmountUnit): string =>
  measure.id === "npv" ? unit.name : measure.unit;

export const sayValue = (measure: Measure, value: number, unit: AmountUnit): string =>
  measure.id === "npv" ? unit.format(value) : formatNumber(value, measure.digits);

/** The change with its sign and unit: "−20.00 %", "+3.00 pt". */
export function sayChange(measure: Measure, change: number): string {
  const figure = formatNumber(change, measure.digits, "always");
  return measure.change === "relative"
    ? `${figure}${NARROW_SPACE}%`
    : measure.change === "points"
      ? `${figure} pt`
      : figure;
}

/** Scenarios by measures, the base first, then from the worst on. */
export function Matrix({
  rows,
  unit,
  measure,
  onMeasure,
  name,
  title,
}: {
  rows: readonly MatrixRow[];
  unit: AmountUnit;
  measure: MeasureId;
  onMeasure: (id: MeasureId) => void;
  name: string;
  title: (scenario: string) => string;
}) {
  const save = () => {
    const head = ["Scenario", ...MEASURES.flatMap((one) => headsOf(one, unit))];
    const body = rows.map((row) => [
      row.name,
      ...MEASURES.flatMap(({ id }) => [row.cells[id].value, row.cells[id].change]),
    ]);
    saveBlob(new Blob([csvOf([head, ...body])], { type: "text/csv" }), `${name}-matrix.csv`);
  };
  return (
    <Panel
      className={styles.fixed}
      title="Scenarios"
      sub="against the base, worst first"
      actions={
        <>
          <span className={styles.scale}>
            worse
            <span className={styles.steps} aria-hidden="true">
              {HEATS.map((step) => (
                <span key={step} style={{ background: `var(--div-${step})` }} />
              ))}
            </span>
            better
          </span>
          <IconButton label="Export the matrix as CSV" small onPress={save}>
            <Download size={14} />
          </IconButton>
        </>
      }
    >
      <PanelBody className={styles.scroll}>
        <table className={styles.matrix} aria-label="Scenarios against the base">
          <thead>
            <tr>
              <th scope="col">Scenario</th>
              {MEASURES.map((one) => (
                <th key={one.id} scope="col">
                  <button
                    type="button"
                    className={styles.sortHead}
                    aria-pressed={one.id === measure}
                    onClick={() => onMeasure(one.id)}
                  >
                    {one.title}
                    {unitOf(one, unit) === "" ? "" : `, ${unitOf(one, unit)}`}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name}>
                <th scope="row">
                  <span className={styles.rowName}>
                    {title(row.name)}
                    {row.isWorst ? (
                      <Chip tone="bad" icon={<Severity level="high" word={false} />}>
                        worst
                      </Chip>
                    ) : null}
                  </span>
                </th>
                {MEASURES.map((one) => (
                  <Cell
                    key={one.id}
                    cell={row.cells[one.id]}
                    measure={one}
                    unit={unit}
                    isBase={row.isBase}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </PanelBody>
    </Panel>
  );
}

const headsOf = (measure: Measure, unit: AmountUnit): string[] => {
  const of = measure.id === "npv" ? unit.currency : unitOf(measure, unit);
  const change = measure.change === "relative" ? "%" : measure.change === "points" ? "points" : of;
  return [
    of === "" ? measure.title : `${measure.title}, ${of}`,
    `${measure.title} change${change === "" ? "" : `, ${change}`}`,
  ];
};

function Cell({
  cell,
  measure,
  unit,
  isBase,
}: {
  cell: MatrixCell;
  measure: Measure;
  unit: AmountUnit;
  isBase: boolean;
}) {
  const step = heatStep(cell.heat);
  return (
    <td className={cx(!isBase && step !== 5 && styles[`heat${step}`])}>
      {cell.value === null ? NOT_COMPUTABLE : sayValue(measure, cell.value, unit)}
      {isBase || cell.change === null ? null : (
        <span className={styles.change}>{sayChange(measure, cell.change)}</span>
      )}
    </td>
  );
}
