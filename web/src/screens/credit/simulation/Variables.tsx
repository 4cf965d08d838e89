import { Plus, Trash2, X } from "lucide-react";
import { formatNumber } from "@/format/numbers";
import { Button, IconButton } from "@/ui/Button";
import { ComboBox } from "@/ui/ComboBox";
import { NumberField } from "@/ui/NumberField";
import { Panel } from "@/ui/Panel";
import { Select } from "@/ui/Select";
import { Empty } from "@/ui/States";
import { DensityPreview } from "./DensityPreview";
import {
  DISTRIBUTIONS,
  type DistributionId,
  faultsOf,
  kindOf,
  moments,
  type Variable,
} from "./distributions";
import {
  addVariable,
  type Draft,
  KNOWN_NAMES,
  MOST_VARIABLES,
  namesOf,
  removeVariable,
  setVariable,
  withDistribution,
} from "./draft";
import styles from "./Simulation.module.css";

const DIGITS = 4;

/** What is drawn on each path: a name, a distribution with its shape, and limits. */
export function Variables({ draft, onChange }: { draft: Draft; onChange: (draft: Draft) => void }) {
  const names = namesOf(draft);
  return (
    <Panel
      title="Variables"
      sub="drawn once a path; rates as decimals, 0.05 is 5 %"
      actions={
        <Button
          small
          icon={<Plus size={13} />}
          isDisabled={draft.variables.length >= MOST_VARIABLES}
          onPress={() => onChange(addVariable(draft))}
        >
          Add variable
        </Button>
      }
    >
      {draft.variables.length === 0 ? (
        <Empty title="No variable yet">
          A simulation needs something that varies: a rate, unemployment, house prices.
        </Empty>
      ) : null}
      <ol className={styles.variables}>
        {draft.variables.map((variable, at) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: a variable keeps its place while its name is typed
            key={at}
            className={styles.variable}
          >
            <VariableFields
              variable={variable}
              faults={faultsOf(
                variable,
                names.filter((_, other) => other !== at),
              )}
              onChange={(next) => onChange(setVariable(draft, at, next))}
              onRemove={() => onChange(removeVariable(draft, at))}
            />
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function VariableFields({
  variable,
  faults,
  onChange,
  onRemove,
}: {
  variable: Variable;
  faults: Record<string, string>;
  onChange: (variable: Variable) => void;
  onRemove: () => void;
}) {
  const kind = kindOf(variable.distribution);
  const said = moments(variable);
  const whole = Object.keys(faults).every((field) => field === "name");
  return (
    <>
      <div className={styles.variableHead}>
        <ComboBox
          key={variable.name === "" ? "empty" : "named"}
          label="Name"
          freeText
          options={KNOWN_NAMES.map((name) => ({ value: name, text: name }))}
          value={variable.name}
          onChange={(name) => onChange({ ...variable, name: name?.trim() ?? "" })}
          error={faults.name}
        />
        <Select<DistributionId>
          label="Distribution"
          options={DISTRIBUTIONS.map((one) => ({ value: one.id, text: one.title }))}
          value={variable.distribution}
          onChange={(id) => onChange(withDistribution(variable, id))}
        />
        <IconButton label={`Remove ${variable.name || "variable"}`} onPress={onRemove}>
          <Trash2 size={14} />
        </IconButton>
      </div>
      <div className={styles.variableBody}>
        <div className={styles.params}>
          {kind.params.map((param) => (
            <NumberField
              key={`${kind.id}-${param.id}`}
              label={param.title}
              digits={DIGITS}
              step={0.005}
              value={variable.params[param.id] ?? null}
              error={faults[param.id]}
              onChange={(value) =>
                value !== null &&
                onChange({ ...variable, params: { ...variable.params, [param.id]: value } })
              }
            />
          ))}
          {variable.distribution === "discrete" ? (
            <Outcomes variable={variable} fault={faults.outcomes} onChange={onChange} />
          ) : null}
          <NumberField
            label="Not below"
            optional
            digits={DIGITS}
            value={variable.low}
            onChange={(low) => onChange({ ...variable, low })}
          />
          <NumberField
            label="Not above"
            optional
            digits={DIGITS}
            value={variable.high}
            error={faults.high}
            onChange={(high) => onChange({ ...variable, high })}
          />
        </div>
        <div className={styles.density}>
          <DensityPreview variable={variable} />
          <span>
            {whole
              ? `mean ${formatNumber(said.mean, DIGITS)}, deviation ${formatNumber(said.deviation, DIGITS)}`
              : "not a distribution yet"}
          </span>
        </div>
      </div>
    </>
  );
}

function Outcomes({
  variable,
  fault,
  onChange,
}: {
  variable: Variable;
  fault: string | undefined;
  onChange: (variable: Variable) => void;
}) {
  const { outcomes } = variable;
  const set = (next: Variable["outcomes"]) => onChange({ ...variable, outcomes: next });
  const put = (at: number, change: Partial<Variable["outcomes"][number]>) =>
    set(outcomes.map((one, index) => (index === at ? { ...one, ...change } : one)));
  return (
    <div className={styles.outcomes}>
      {outcomes.map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: outcomes have no other identity
        <div key={at} className={styles.outcome}>
          <NumberField
            label={`Value ${at + 1}`}
            digits={DIGITS}
            value={one.value}
            onChange={(value) => value !== null && put(at, { value })}
          />
          <NumberField
            label="Weight"
            digits={2}
            min={0}
            value={one.weight}
            onChange={(weight) => weight !== null && put(at, { weight })}
          />
          <IconButton
            label={`Remove value ${at + 1}`}
            small
            onPress={() => set(outcomes.filter((_, index) => index !== at))}
          >
            <X size={13} />
          </IconButton>
        </div>
      ))}
      {fault === undefined ? null : <span className={styles.fault}>{fault}</span>}
      <Button
        small
        kind="quiet"
        icon={<Plus size={13} />}
        onPress={() => set([...outcomes, { value: 0, weight: 1 }])}
      >
        Add value
      </Button>
    </div>
  );
}
