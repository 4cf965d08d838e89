import { Minus, Plus, Undo2 } from "lucide-react";
import { useState } from "react";
import { formatNumber } from "@/format/numbers";
import { Button, IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { NumberField } from "@/ui/NumberField";
import { Select } from "@/ui/Select";
import { Slider } from "@/ui/Slider";
import type { VectorBy } from "../api/types";
import { pointsOff } from "../model/assumptions";
import { type Curve, insertPoint, removePoint, setMonth, setRate } from "../model/curve";
import curveStyles from "./Curve.module.css";
import { CurveEditor } from "./CurveEditor";
import styles from "./Panel.module.css";

/** What prepayment and default have in common. */
export interface AnySpeed {
  model: string;
  value: number;
  curve: Curve;
  scale: number;
  by: VectorBy;
}

export interface SpeedKind {
  title: string;
  /** "CPR": the annual rate of the curve. */
  annual: string;
  color: string;
  /** Decimals of the rates in the curve. */
  digits: number;
  /** `most` is the end of the slider; the field goes further. */
  models: readonly {
    id: string;
    text: string;
    unit: string;
    digits: number;
    start: number;
    most: number;
  }[];
  presets: readonly { text: string; model: string; value: number }[];
}

export const PREPAY: SpeedKind = {
  title: "Prepayment",
  annual: "CPR",
  color: "var(--cat-1)",
  digits: 1,
  models: [
    { id: "cpr", text: "CPR, constant", unit: "%", digits: 2, start: 6, most: 40 },
    { id: "psa", text: "PSA", unit: "PSA", digits: 0, start: 100, most: 600 },
    { id: "abs", text: "ABS", unit: "%", digits: 2, start: 1.5, most: 5 },
    { id: "smm", text: "SMM, constant", unit: "%", digits: 3, start: 0.5, most: 5 },
  ],
  presets: [
    { text: "100 PSA", model: "psa", value: 100 },
    { text: "150 PSA", model: "psa", value: 150 },
    { text: "6 CPR", model: "cpr", value: 6 },
    { text: "1.5 ABS", model: "abs", value: 1.5 },
  ],
};

export const DEFAULT: SpeedKind = {
  title: "Default",
  annual: "CDR",
  color: "var(--cat-5)",
  digits: 2,
  models: [
    { id: "cdr", text: "CDR, constant", unit: "%", digits: 2, start: 1, most: 20 },
    { id: "sda", text: "SDA", unit: "SDA", digits: 0, start: 100, most: 1000 },
    { id: "mdr", text: "MDR, constant", unit: "%", digits: 3, start: 0.1, most: 2 },
  ],
  presets: [
    { text: "100 SDA", model: "sda", value: 100 },
    { text: "200 SDA", model: "sda", value: 200 },
    { text: "1 CDR", model: "cdr", value: 1 },
    { text: "3 CDR", model: "cdr", value: 3 },
  ],
};

const BY_AGE = "curve-age";
const BY_PERIOD = "curve-period";

export interface SpeedTabProps {
  kind: SpeedKind;
  state: AnySpeed;
  /** The curve that the state means, and the compared one. */
  shown: Curve;
  base: Curve;
  baseState: AnySpeed | null;
  baseName: string | null;
  last: number;
  /** Class, share of the balance, per cent a year. */
  classes: readonly { name: string; title: string; rate: number; share: number }[];
  onChange: (state: AnySpeed) => void;
}

/** Model, presets and curve of a speed. */
export function SpeedTab(props: SpeedTabProps) {
  const { kind, state, shown, base, baseState, baseName, last, classes, onChange } = props;
  const [point, setPoint] = useState(0);
  const selected = Math.min(point, shown.length - 1);
  const model = kind.models.find((one) => one.id === state.model);
  const curve = state.model === "curve";
  const edit = (next: Curve) => onChange({ ...state, model: "curve", curve: next, scale: 1 });
  const choose = (id: string) => {
    const start = kind.models.find((one) => one.id === id)?.start ?? 0;
    if (id === BY_AGE || id === BY_PERIOD) {
      const by = id === BY_AGE ? "loan_age" : "period";
      onChange({ ...state, model: "curve", curve: curve ? state.curve : shown, by });
    } else {
      onChange({ ...state, model: id, value: start });
    }
  };
  const off = baseName === null ? shown.map(() => false) : pointsOff(shown, base);
  const same = baseState !== null && baseState.model === state.model;
  const changed = baseState !== null && (!same || (!curve && baseState.value !== state.value));
  return (
    <div className={styles.tab}>
      <div className={cx(styles.pair, model === undefined && !curve && styles.single)}>
        <Select
          label="Speed by"
          changed={changed}
          options={[
            { value: "class", text: "Class default" },
            ...kind.models.map((one) => ({ value: one.id, text: one.text })),
            { value: BY_AGE, text: `${kind.annual} curve, loan age` },
            { value: BY_PERIOD, text: `${kind.annual} curve, period` },
            { value: "none", text: `No ${kind.title.toLowerCase()}` },
            ...(state.model === "other" ? [{ value: "other", text: "As in the run" }] : []),
          ]}
          value={curve ? (state.by === "loan_age" ? BY_AGE : BY_PERIOD) : state.model}
          onChange={choose}
        />
        {model === undefined ? null : (
          <NumberField
            key={model.id}
            label="Speed"
            unit={model.unit}
            digits={model.digits}
            min={0}
            max={model.unit === "%" ? 100 : 100_000}
            step={model.unit === "%" ? 0.1 : 10}
            changed={changed}
            value={state.value}
            onChange={(value) => value !== null && onChange({ ...state, value })}
          />
        )}
        {curve ? (
          <NumberField
            label="Times"
            unit="×"
            digits={2}
            min={0}
            max={50}
            step={0.05}
            changed={(baseState?.scale ?? 1) !== state.scale}
            value={state.scale}
            onChange={(scale) => scale !== null && onChange({ ...state, scale })}
          />
        ) : null}
      </div>
      {model === undefined ? null : (
        <Slider
          label={`${kind.title} speed, ${model.text}`}
          hideLabel
          min={0}
          max={model.most}
          step={10 ** -Math.min(1, model.digits)}
          value={Math.min(model.most, state.value)}
          onChange={(value) => onChange({ ...state, value })}
        />
      )}
      {curve ? (
        <Slider
          label={`Times the ${kind.title.toLowerCase()} curve`}
          hideLabel
          min={0}
          max={4}
          step={0.05}
          value={Math.min(4, state.scale)}
          onChange={(scale) => onChange({ ...state, scale })}
        />
      ) : null}
      <fieldset className={styles.presets} aria-label={`${kind.title} presets`}>
        {kind.presets.map((preset) => (
          <Preset
            key={preset.text}
            on={state.model === preset.model && state.value === preset.value}
            onPress={() => onChange({ ...state, model: preset.model, value: preset.value })}
          >
            {preset.text}
          </Preset>
        ))}
        <Preset on={state.model === "class"} onPress={() => choose("class")}>
          Class default
        </Preset>
        <Preset on={curve} onPress={() => choose(BY_AGE)}>
          Custom
        </Preset>
      </fieldset>
      <div>
        <div className={styles.caption}>
          <span>{kind.annual}, % a year, by month</span>
          <span>drag, or ↑ ↓ ± 0.1</span>
        </div>
        <CurveEditor
          label={`${kind.title} curve, ${kind.annual} in per cent a year. Arrow keys move a point, Insert adds one, Delete removes it.`}
          curve={shown}
          base={base}
          baseName={baseName}
          last={last}
          color={kind.color}
          digits={kind.digits}
          selected={selected}
          onSelect={setPoint}
          onChange={edit}
        />
      </div>
      <PointTable kind={kind} curve={shown} off={off} selected={selected} onSelect={setPoint} />
      <PointFields
        kind={kind}
        curve={shown}
        selected={selected}
        onChange={(next) => edit(next)}
        onSelect={setPoint}
      />
      <div className={styles.caption}>
        <span>Linear between points</span>
        {baseState !== null && changed ? (
          <Button small kind="quiet" icon={<Undo2 size={13} />} onPress={() => onChange(baseState)}>
            Reset
          </Button>
        ) : null}
      </div>
      {state.model === "class" ? (
        <dl className={styles.defaults}>
          {classes.map((one) => (
            <div key={one.name}>
              <dt>
                {one.title}
                <span className={styles.share}>
                  {formatNumber(100 * one.share, 0)} % of balance
                </span>
              </dt>
              <dd>
                {formatNumber(one.rate, 2)} % {kind.annual}
              </dd>
            </div>
          ))}
        </dl>
      ) : null}
    </div>
  );
}

function Preset({ on, onPress, children }: { on: boolean; onPress: () => void; children: string }) {
  return (
    <button type="button" className={styles.preset} aria-pressed={on} onClick={onPress}>
      {children}
    </button>
  );
}

const MOST_CELLS = 21;

function PointTable({
  kind,
  curve,
  off,
  selected,
  onSelect,
}: {
  kind: SpeedKind;
  curve: Curve;
  off: readonly boolean[];
  selected: number;
  onSelect: (index: number) => void;
}) {
  const { digits } = kind;
  if (curve.length > MOST_CELLS) {
    return <div className={styles.note}>{curve.length} points; choose one in the curve.</div>;
  }
  return (
    <fieldset className={curveStyles.points} aria-label="Points of the curve">
      {curve.map((point, index) => (
        <button
          key={point.month}
          type="button"
          className={cx(curveStyles.cell, off[index] && curveStyles.off)}
          aria-pressed={index === selected}
          onClick={() => onSelect(index)}
        >
          <span className={curveStyles.month}>
            <span className="visually-hidden">Month </span>
            {point.month}
          </span>
          <span className={curveStyles.rate}>
            <span className="visually-hidden">{kind.annual} </span>
            {formatNumber(point.rate, digits)}
          </span>
        </button>
      ))}
    </fieldset>
  );
}

function PointFields({
  kind,
  curve,
  selected,
  onChange,
  onSelect,
}: {
  kind: SpeedKind;
  curve: Curve;
  selected: number;
  onChange: (curve: Curve) => void;
  onSelect: (index: number) => void;
}) {
  const point = curve[selected];
  if (point === undefined) {
    return null;
  }
  const end = selected === 0 || selected === curve.length - 1;
  const take = (next: { curve: Curve; index: number }) => {
    onChange(next.curve);
    onSelect(next.index);
  };
  return (
    <div className={curveStyles.one}>
      <NumberField
        key={`month-${selected}`}
        label="Month"
        digits={0}
        min={1}
        max={600}
        isDisabled={selected === 0}
        value={point.month}
        onChange={(month) => month !== null && onChange(setMonth(curve, selected, month))}
      />
      <NumberField
        key={`rate-${selected}`}
        label={`${kind.annual}, %`}
        digits={kind.digits}
        min={0}
        max={100}
        step={0.1}
        value={point.rate}
        onChange={(rate) =>
          rate !== null &&
          rate !== Number(point.rate.toFixed(kind.digits)) &&
          onChange(setRate(curve, selected, rate, 10 ** -kind.digits))
        }
      />
      <IconButton
        label="Add a point after this one"
        keys="Insert"
        onPress={() => take(insertPoint(curve, selected, 10 ** -kind.digits))}
      >
        <Plus size={14} />
      </IconButton>
      <IconButton
        label={end ? "The first and the last point stay" : "Remove this point"}
        keys="Delete"
        isDisabled={end}
        onPress={() => take(removePoint(curve, selected))}
      >
        <Minus size={14} />
      </IconButton>
    </div>
  );
}
