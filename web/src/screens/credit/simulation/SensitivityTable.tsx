import { Undo2 } from "lucide-react";
import { Button } from "@/ui/Button";
import { NumberField } from "@/ui/NumberField";
import { Panel, PanelBody } from "@/ui/Panel";
import { type Draft, namesOf } from "./draft";
import { isDirect, rowOf, TARGETS, USUAL, withSensitivity } from "./drivers";
import styles from "./Simulation.module.css";

/** How strongly each variable moves speeds, recoveries and discounting. */
export function SensitivityTable({
  draft,
  onChange,
}: {
  draft: Draft;
  onChange: (draft: Draft) => void;
}) {
  const names = namesOf(draft).filter(
    (name) => !isDirect(name) || draft.sensitivities[name] !== undefined,
  );
  if (names.length === 0) {
    return null;
  }
  return (
    <Panel
      title="Sensitivities"
      sub="for one point of the variable away from its mean; illustrative, set your own"
      actions={
        Object.keys(draft.sensitivities).length > 0 ? (
          <Button
            small
            kind="quiet"
            icon={<Undo2 size={13} />}
            onPress={() => onChange({ ...draft, sensitivities: {} })}
          >
            Usual values
          </Button>
        ) : null
      }
    >
      <PanelBody className={styles.scroll} padded>
        <table className={styles.correlations} aria-label="Sensitivities">
          <thead>
            <tr>
              <td />
              {TARGETS.map((target) => (
                <th key={target.id} scope="col">
                  {target.title}, {target.unit}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <tr key={name}>
                <th scope="row" title={name}>
                  {name}
                </th>
                {TARGETS.map((target) => {
                  const value = rowOf(name, draft.sensitivities)[target.id] ?? 0;
                  const usual = USUAL[name]?.[target.id] ?? 0;
                  return (
                    <td key={target.id}>
                      <NumberField
                        label={`${target.title} per point of ${name}`}
                        hideLabel
                        digits={2}
                        min={-1_000}
                        max={1_000}
                        step={0.5}
                        changed={value !== usual}
                        value={value}
                        onChange={(next) =>
                          next !== null &&
                          onChange({
                            ...draft,
                            sensitivities: withSensitivity(
                              draft.sensitivities,
                              name,
                              target.id,
                              next,
                            ),
                          })
                        }
                      />
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </PanelBody>
    </Panel>
  );
}
