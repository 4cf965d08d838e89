import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Play, RotateCcw } from "lucide-react";
import { formatNumber, NARROW_SPACE } from "@/format/numbers";
import { fraction } from "@/format/units";
import { shownKeys } from "@/shell/shortcuts";
import { Button } from "@/ui/Button";
import { NumberField, PercentField } from "@/ui/NumberField";
import { Panel } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import { Select } from "@/ui/Select";
import { Slider } from "@/ui/Slider";
import { poolsQuery } from "../../api/queries";
import { amountUnit } from "../../model/units";
import { scenariosQuery } from "../api/runQueries";
import type { Deal } from "../api/structure";
import { digitsOf } from "../builder/fields";
import {
  BASE,
  DEFAULTS,
  type DefaultBy,
  indexNames,
  type Line,
  type PoolChoice,
  PREPAY,
  type PrepayBy,
  poolNames,
  type Speeds,
} from "../model/collateral";
import styles from "./Run.module.css";
import type { RunBench } from "./useRunBench";

/** Collateral, speeds and scenario; every change shows new figures at once. */
export function RunPanel({
  bench,
  deal,
  onRun,
}: {
  bench: RunBench;
  deal: Deal;
  onRun: () => void;
}) {
  const { state, set, storedId } = bench;
  const scenarios = useQuery(scenariosQuery);
  const speeds = (change: Partial<Speeds>) =>
    set({ ...state, speeds: { ...state.speeds, ...change } });
  return (
    <Panel
      title="Assumptions"
      sub={storedId === null ? "followed live" : "of the preview"}
      fill
      className={styles.panel}
      actions={
        <Button small kind="quiet" icon={<RotateCcw size={12} />} onPress={bench.reset}>
          Reset
        </Button>
      }
    >
      <div className={styles.body}>
        <h3 className={styles.part}>Speeds</h3>
        <SpeedSlider
          value={state.speeds.prepay}
          by={state.speeds.prepayBy}
          looks={PREPAY}
          label="Prepayment"
          onValue={(prepay) => speeds({ prepay })}
          onBy={(prepayBy: PrepayBy) => speeds({ prepayBy, prepay: USUAL_PREPAY[prepayBy] })}
        />
        <SpeedSlider
          value={state.speeds.default}
          by={state.speeds.defaultBy}
          looks={DEFAULTS}
          label="Default"
          onValue={(value) => speeds({ default: value })}
          onBy={(defaultBy: DefaultBy) =>
            speeds({ defaultBy, default: defaultBy === "cdr" ? 1 : 100 })
          }
        />
        <Slider
          label="Severity"
          value={state.speeds.severity}
          onChange={(severity) => speeds({ severity })}
          min={0}
          max={100}
          step={1}
          format={(value) => `${formatNumber(value, 0)}${NARROW_SPACE}%`}
        />
        <Slider
          label="Recovery after"
          value={state.speeds.lag}
          onChange={(lag) => speeds({ lag })}
          min={0}
          max={36}
          step={1}
          format={(value) => `${value} months`}
        />
        <Select
          label="Scenario on top"
          options={[
            { value: BASE, text: "Base: as assumed" },
            ...(scenarios.data ?? [])
              .filter((one) => one.name !== BASE)
              .map((one) => ({ value: one.name, text: one.title ?? one.name })),
          ]}
          value={state.scenario}
          onChange={(scenario) => set({ ...state, scenario })}
        />
        {indexNames(deal).map((name) => (
          <PercentField
            key={name}
            label={name}
            hint="The same in all months"
            digits={2}
            step={0.25}
            value={fraction((state.indices[name] ?? 0) / 100)}
            onChange={(rate) =>
              set({
                ...state,
                indices: {
                  ...state.indices,
                  [name]: Number(((rate ?? 0) * 100).toPrecision(12)),
                },
              })
            }
          />
        ))}
        <h3 className={styles.part}>Collateral</h3>
        {poolNames(deal).map((name) => {
          const choice = state.pools[name];
          return choice === undefined ? null : (
            <PoolFields
              key={name}
              name={name}
              choice={choice}
              currency={deal.currency ?? "USD"}
              onChange={(next) => set({ ...state, pools: { ...state.pools, [name]: next } })}
            />
          );
        })}
      </div>
      <div className={styles.foot}>
        <span className={styles.footText}>
          {bench.reason ?? "Keeps the run with its step log."}
        </span>
        <Button
          kind="primary"
          icon={<Play size={14} />}
          keys={shownKeys("Mod+Enter")}
          isDisabled={bench.reason !== null}
          isPending={bench.run.isPending}
          onPress={onRun}
        >
          Run…
        </Button>
      </div>
    </Panel>
  );
}

const USUAL_PREPAY: Record<PrepayBy, number> = { cpr: 6, psa: 150, abs: 1.3 };

function SpeedSlider<By extends string>({
  value,
  by,
  looks,
  label,
  onValue,
  onBy,
}: {
  value: number;
  by: By;
  looks: Record<By, { title: string; max: number; step: number; digits: number }>;
  label: string;
  onValue: (value: number) => void;
  onBy: (by: By) => void;
}) {
  const look = looks[by];
  return (
    <div className={styles.speed}>
      <Segmented<By>
        label={`${label} measured as`}
        options={(Object.keys(looks) as By[]).map((one) => ({
          value: one,
          text: looks[one].title,
        }))}
        value={by}
        onChange={onBy}
      />
      <Slider
        label={label}
        value={value}
        onChange={onValue}
        min={0}
        max={look.max}
        step={look.step}
        format={(shown) => `${formatNumber(shown, look.digits)}${NARROW_SPACE}% ${look.title}`}
      />
    </div>
  );
}

function PoolFields({
  name,
  choice,
  currency,
  onChange,
}: {
  name: string;
  choice: PoolChoice;
  currency: string;
  onChange: (choice: PoolChoice) => void;
}) {
  const line = (change: Partial<Line>) =>
    onChange({ ...choice, line: { ...choice.line, ...change } });
  return (
    <fieldset className={styles.pool}>
      <legend className={styles.poolName}>{name}</legend>
      <Segmented
        label={`Collateral of ${name}`}
        options={[
          { value: "line", text: "One line" },
          { value: "pool", text: "Stored pool" },
        ]}
        value={choice.by}
        onChange={(by) => onChange({ ...choice, by })}
      />
      {choice.by === "pool" ? (
        <StoredPool poolId={choice.poolId} onPick={(poolId) => onChange({ ...choice, poolId })} />
      ) : (
        <div className={styles.line}>
          <div className={styles.wide}>
            <NumberField
              label="Balance"
              unit={currency}
              digits={digitsOf(choice.line.balance)}
              min={0}
              step={1_000_000}
              value={choice.line.balance}
              onChange={(balance) => line({ balance: balance ?? 0 })}
            />
          </div>
          <NumberField
            label="Gross rate"
            unit="%"
            digits={digitsOf(choice.line.wac, 2)}
            min={0}
            max={50}
            step={0.25}
            value={choice.line.wac}
            onChange={(wac) => line({ wac: wac ?? 0 })}
          />
          <NumberField
            label="Servicing"
            unit="%"
            digits={digitsOf(choice.line.servicing, 2)}
            min={0}
            max={choice.line.wac}
            step={0.05}
            value={choice.line.servicing}
            onChange={(servicing) => line({ servicing: servicing ?? 0 })}
          />
          <NumberField
            label="Months left"
            digits={0}
            min={1}
            max={600}
            value={choice.line.term}
            onChange={(term) => line({ term: term ?? 1 })}
          />
          <NumberField
            label="Age, months"
            digits={0}
            min={0}
            max={599}
            value={choice.line.age}
            onChange={(age) => line({ age: age ?? 0 })}
          />
        </div>
      )}
    </fieldset>
  );
}

function StoredPool({ poolId, onPick }: { poolId: string | null; onPick: (id: string) => void }) {
  const query = useInfiniteQuery(poolsQuery);
  const pools = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Select
      label="Pool"
      placeholder={query.isPending ? "Loading…" : "Choose a pool…"}
      hint={
        query.data && pools.length === 0 ? "No pool yet: upload a tape under Pools." : undefined
      }
      error={query.error ? "Pools could not be loaded" : null}
      options={pools.map((pool) => {
        const unit = amountUnit(pool.summary.balance, pool.currency);
        return {
          value: pool.id,
          text: pool.name,
          hint: `${unit.format(pool.summary.balance, 1)}${unit.short}`,
        };
      })}
      value={poolId}
      onChange={onPick}
    />
  );
}
