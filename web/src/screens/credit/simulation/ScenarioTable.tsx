import { Undo2 } from "lucide-react";
import { Button } from "@/ui/Button";
import { NumberField } from "@/ui/NumberField";
import { Panel, PanelBody } from "@/ui/Panel";
import { type Draft, isChanged, type Modifiers, namesOf } from "./draft";
import styles from "./Simulation.module.css";

/** A scenario on top of the distributions: means moved, volatilities multiplied. */
export function ScenarioTable({
  draft,
  onChange,
}: {
  draft: Draft;
  onChange: (draft: Draft) => void;
}) {
  const names = namesOf(draft);
  const { modifiers } = draft;
  if (names.length === 0) {
    return null;
  }
  const put = (part: keyof Modifiers, name: string, value: number, neutral: number) => {
    const { [name]: _old, ...others } = modifiers[part];
    const next = value === neutral ? others : { ...others, [name]: value };
    onChange({ ...draft, modifiers: { ...modifiers, [part]: next } });
  };
  return (
    <Panel
      title="Scenario"
      sub="moves the distributions; run with and without, then compare"
      actions={
        isChanged(modifiers) ? (
          <Button
            small
            kind="quiet"
            icon={<Undo2 size={13} />}
            onPress={() => onChange({ ...draft, modifiers: { meanShift: {}, volatility: {} } })}
          >
            None
          </Button>
        ) : null
      }
    >
      <PanelBody className={styles.scroll} padded>
        <table className={styles.correlations} aria-label="Scenario">
          <thead>
            <tr>
              <td />
              <th scope="col">Mean plus</th>
              <th scope="col">Volatility times</th>
            </tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <tr key={name}>
                <th scope="row" title={name}>
                  {name}
                </th>
                <td>
                  <NumberField
                    label={`Shift of the mean of ${name}`}
                    hideLabel
                    digits={4}
                    step={0.005}
                    changed={(modifiers.meanShift[name] ?? 0) !== 0}
                    value={modifiers.meanShift[name] ?? 0}
                    onChange={(value) => value !== null && put("meanShift", name, value, 0)}
                  />
                </td>
                <td>
                  <NumberField
                    label={`Multiplier of the volatility of ${name}`}
                    hideLabel
                    digits={2}
                    min={0}
                    max={100}
                    step={0.1}
                    changed={(modifiers.volatility[name] ?? 1) !== 1}
                    value={modifiers.volatility[name] ?? 1}
                    onChange={(value) => value !== null && put("volatility", name, value, 1)}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </PanelBody>
    </Panel>
  );
}
