import { Plus, X } from "lucide-react";
import { Button, IconButton } from "@/ui/Button";
import { Menu } from "@/ui/Menu";
import type { Effect } from "../api/structure";
import { STATUS_WORDS, STATUSES } from "../model/objects";
import styles from "./Builder.module.css";
import { useBuilding, useMember } from "./context";
import { FormulaField } from "./FormulaField";
import { Choice, Name, NameOf, Tick, Whole } from "./fields";
import { AccountName } from "./SmallForms";
import { StepList } from "./StepList";

const COMPARISONS = [
  { value: ">", text: "is above" },
  { value: ">=", text: "is at or above" },
  { value: "<", text: "is below" },
  { value: "<=", text: "is at or below" },
];
const MOMENTS = [
  { value: "closing", text: "At closing, once" },
  { value: "end_of_collection", text: "At the end of collection" },
  { value: "before_waterfall", text: "Before the waterfall" },
  { value: "after_waterfall", text: "After the waterfall" },
  { value: "in_step", text: "Where a step says so" },
];
const CURES = [
  { value: "never", text: "Never: once breached, always" },
  { value: "when_passed", text: "When it passes again" },
];
export const STATUS_OPTIONS = STATUSES.map((status) => ({
  value: status,
  text: STATUS_WORDS[status],
}));

const EFFECTS: readonly { type: Effect["type"]; text: string }[] = [
  { type: "status", text: "Change the status" },
  { type: "reserve_target", text: "Change a reserve target" },
  { type: "coupon", text: "Change a coupon" },
  { type: "activate", text: "Activate a trigger" },
  { type: "steps", text: "Run steps once" },
];

export function TriggerForm({ at }: { at: string }) {
  const { deal, locked } = useBuilding();
  const { value: effects = [], set } = useMember<Effect[]>(`${at}/effects`);
  const make = (type: Effect["type"]): Effect => {
    switch (type) {
      case "status":
        return { type, status: "early_amortization" };
      case "reserve_target":
        return { type, account: deal.accounts?.[0]?.name ?? "", target: "0" };
      case "coupon":
        return { type, bond: deal.bonds[0]?.name ?? "", rate: "5%" };
      case "activate":
        return { type, trigger: deal.triggers?.[0]?.name ?? "" };
      case "steps":
        return { type, steps: [] };
    }
  };
  return (
    <>
      <div className={styles.form}>
        <Name at={at} section="triggers" />
        <div className={styles.wide}>
          <FormulaField at={`${at}/measure`} label="Measure" />
        </div>
        <Choice at={`${at}/comparison`} label="Breached when it" options={COMPARISONS} />
        <FormulaField at={`${at}/threshold`} label="Threshold" />
        <Choice at={`${at}/at`} label="Tested" options={MOMENTS} usual="end_of_collection" />
        <Choice at={`${at}/cure`} label="Cures" options={CURES} usual="never" />
        <Whole at={`${at}/consecutive`} label="Breaches in a row" hint="1 if absent." />
        <div className={styles.ticks}>
          <Tick at={`${at}/dormant`}>Tested only after another trigger activates it</Tick>
        </div>
      </div>
      <h3 className={styles.part}>When it fires</h3>
      <ol className={styles.effects}>
        {effects.map((effect, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: effects have no identity but their place
          <li key={index} className={styles.effect}>
            <div className={styles.effectHead}>
              <span>{EFFECTS.find((one) => one.type === effect.type)?.text}</span>
              <IconButton
                label={`Drop effect ${index + 1}`}
                small
                isDisabled={locked}
                onPress={() => set(effects.filter((_, place) => place !== index))}
              >
                <X size={14} />
              </IconButton>
            </div>
            <EffectFields at={`${at}/effects/${index}`} effect={effect} />
          </li>
        ))}
      </ol>
      {effects.length === 0 ? (
        <p className={styles.note}>Nothing: the trigger is only reported.</p>
      ) : null}
      {locked ? null : (
        <Menu
          label="Add an effect"
          items={EFFECTS.map((one) => ({
            id: one.type,
            text: one.text,
            onAct: () => set([...effects, make(one.type)]),
          }))}
        >
          <Button small icon={<Plus size={14} />}>
            Add an effect
          </Button>
        </Menu>
      )}
    </>
  );
}

function EffectFields({ at, effect }: { at: string; effect: Effect }) {
  switch (effect.type) {
    case "status":
      return (
        <div className={styles.form}>
          <Choice at={`${at}/status`} label="New status" options={STATUS_OPTIONS} />
        </div>
      );
    case "reserve_target":
      return (
        <div className={styles.form}>
          <AccountName at={`${at}/account`} label="Account" />
          <FormulaField at={`${at}/target`} label="New target" />
        </div>
      );
    case "coupon":
      return (
        <div className={styles.form}>
          <NameOf at={`${at}/bond`} label="Bond" section="bonds" />
          <FormulaField at={`${at}/rate`} label="New annual rate" />
        </div>
      );
    case "activate":
      return (
        <div className={styles.form}>
          <NameOf at={`${at}/trigger`} label="Trigger" section="triggers" />
        </div>
      );
    case "steps":
      return <StepList list={`${at}/steps`} steps={effect.steps} label="Steps of the effect" />;
  }
}
