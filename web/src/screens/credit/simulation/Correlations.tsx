import { Wrench } from "lucide-react";
import { formatNumber } from "@/format/numbers";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { NumberField } from "@/ui/NumberField";
import { Panel, PanelBody } from "@/ui/Panel";
import { heatStep } from "../stress/matrix";
import { lowestEigenvalue, matrixOf, pairOf, pairsOf, repair } from "./correlation";
import { type Draft, namesOf } from "./draft";
import styles from "./Simulation.module.css";

const SLACK = 1e-8;

/** A symmetric matrix: a pair is typed once. What cannot exist is said, and can be repaired. */
export function Correlations({
  draft,
  onChange,
}: {
  draft: Draft;
  onChange: (draft: Draft) => void;
}) {
  const names = namesOf(draft);
  const matrix = matrixOf(names, draft.correlations);
  const lowest = lowestEigenvalue(matrix);
  const possible = lowest >= -SLACK;
  if (names.length < 2) {
    return null;
  }
  return (
    <Panel
      title="Correlations"
      sub="of ranks, by a Gaussian copula"
      foot={
        <span>
          {possible
            ? `Lowest eigenvalue ${formatNumber(lowest, 3)}: these correlations can exist.`
            : "Type a pair below the diagonal; the other half follows."}
        </span>
      }
    >
      {possible ? null : (
        <PanelBody padded>
          <Banner
            tone="bad"
            title="No variables can have these correlations."
            actions={
              <Button
                small
                kind="primary"
                icon={<Wrench size={13} />}
                onPress={() => onChange({ ...draft, correlations: pairsOf(names, repair(matrix)) })}
              >
                Repair
              </Button>
            }
          >
            The lowest eigenvalue is {formatNumber(lowest, 3)}, it must not be below 0. Repair takes
            the nearest matrix that can exist.
          </Banner>
        </PanelBody>
      )}
      <PanelBody className={styles.scroll} padded>
        <table className={styles.correlations} aria-label="Correlations">
          <thead>
            <tr>
              <td />
              {names.map((name) => (
                <th key={name} scope="col" title={name}>
                  {short(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {names.map((row, at) => (
              <tr key={row}>
                <th scope="row" title={row}>
                  {row}
                </th>
                {names.map((column, other) => (
                  <td key={column}>
                    {other < at ? (
                      <NumberField
                        label={`Correlation of ${row} and ${column}`}
                        hideLabel
                        digits={3}
                        min={-1}
                        max={1}
                        step={0.05}
                        value={matrix[at]?.[other] ?? 0}
                        onChange={(value) =>
                          value !== null &&
                          onChange({
                            ...draft,
                            correlations: {
                              ...draft.correlations,
                              [pairOf(row, column)]: value,
                            },
                          })
                        }
                      />
                    ) : (
                      <span
                        className={cx(
                          styles.mirror,
                          other > at && styles[`heat${heatStep(matrix[at]?.[other] ?? 0)}`],
                        )}
                      >
                        {other === at ? "1" : formatNumber(matrix[at]?.[other] ?? 0, 3)}
                      </span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </PanelBody>
    </Panel>
  );
}

/** "house_price_index_growth" becomes "house…", so that a matrix stays narrow. */
const short = (name: string) => (name.length > 12 ? `${name.slice(0, 11)}…` : name);
