/** The fields of one step. */
import { Checkbox } from "@/ui/Checkbox";
import { Select } from "@/ui/Select";
import type { Action, ActionKind, Source, Step } from "../api/structure";
import { ACTIONS, actionLook, newStep, SOURCE_WORDS } from "../model/steps";
import { BondNames } from "./BondNames";
import styles from "./Builder.module.css";
import { useBuilding, useMember } from "./context";
import { FormulaField } from "./FormulaField";
import { Choice, NameOf, Words } from "./fields";
import { NamesField } from "./NamesField";
import { AccountName } from "./SmallForms";
import { STATUS_OPTIONS } from "./TriggerForm";

const SOURCES = Object.keys(SOURCE_WORDS) as Source[];
const SHARES = [
  { value: "pro_rata", text: "Pro rata by what is due" },
  { value: "sequential", text: "One after the other" },
];
const PRINCIPAL = [
  { value: "sequential", text: "One after the other" },
  { value: "pro_rata", text: "Pro rata by balance" },
  { value: "scheduled", text: "Down to the planned balance" },
];
const PARTS = [
  { value: "all", text: "All of it" },
  { value: "current", text: "Due now" },
  { value: "overdue", text: "Overdue" },
  { value: "on_interest", text: "Interest on interest" },
  { value: "carryover", text: "Carryover above the cap" },
];
const SIDES = [
  { value: "debit", text: "Debit: raises it" },
  { value: "credit", text: "Credit: lowers it" },
];

export function StepForm({ at, step }: { at: string; step: Step }) {
  const { deal, locked } = useBuilding();
  const { set } = useMember<Step>(at);
  const look = actionLook(step.action.do);
  return (
    <div className={styles.stepForm}>
      <div className={styles.form}>
        <Select<ActionKind>
          label="Does"
          isDisabled={locked}
          options={ACTIONS.map((one) => ({ value: one.do, text: one.title, hint: one.hint }))}
          value={step.action.do}
          onChange={(kind) => {
            if (kind !== step.action.do) {
              set({ ...step, action: newStep(kind, deal).action });
            }
          }}
        />
        <ActionFields at={`${at}/action`} action={step.action} />
      </div>
      <div className={styles.form}>
        <FormulaField at={`${at}/when`} label="Only when" optional />
        {look.pays ? (
          <>
            <FormulaField at={`${at}/limit`} label="At most" optional />
            <FormulaField at={`${at}/keep`} label="Keep in the account" optional />
            <NamesField
              at={`${at}/support`}
              label="Drawn for a shortfall"
              section="accounts"
              optional
            />
          </>
        ) : null}
        <Words at={`${at}/label`} label="Label" hint="Shown in explanations." optional />
      </div>
    </div>
  );
}

function ActionFields({ at, action }: { at: string; action: Action }) {
  switch (action.do) {
    case "collect":
      return (
        <>
          <Sources at={`${at}/sources`} />
          <AccountName at={`${at}/into`} label="Into" />
          <NameOf at={`${at}/pool`} label="Pool" section="pools" absent="All pools" />
          <FormulaField at={`${at}/share`} label="Part of it" hint="All if absent." optional />
        </>
      );
    case "transfer":
      return (
        <>
          <AccountName at={`${at}/from`} label="From" />
          <AccountName at={`${at}/into`} label="Into" />
        </>
      );
    case "pay_fees":
      return (
        <>
          <NamesField at={`${at}/fees`} label="Fees" section="fees" />
          <Choice at={`${at}/allocation`} label="If not enough" options={SHARES} usual="pro_rata" />
          <AccountName at={`${at}/from`} label="From" />
        </>
      );
    case "pay_interest":
      return (
        <>
          <BondNames at={`${at}/bonds`} label="Bonds" />
          <Choice at={`${at}/part`} label="Which interest" options={PARTS} usual="all" />
          <Choice at={`${at}/allocation`} label="If not enough" options={SHARES} usual="pro_rata" />
          <AccountName at={`${at}/from`} label="From" />
        </>
      );
    case "pay_principal":
      return (
        <>
          <BondNames at={`${at}/bonds`} label="Bonds" />
          <Choice at={`${at}/allocation`} label="Order" options={PRINCIPAL} usual="sequential" />
          <AccountName at={`${at}/from`} label="From" />
        </>
      );
    case "pay_residual":
      return (
        <>
          <NameOf at={`${at}/bond`} label="Bond" section="bonds" />
          <AccountName at={`${at}/from`} label="From" />
        </>
      );
    case "fill_reserve":
      return (
        <>
          <AccountName at={`${at}/account`} label="Reserve" />
          <AccountName at={`${at}/from`} label="From" />
        </>
      );
    case "release_reserve":
      return (
        <>
          <AccountName at={`${at}/account`} label="Reserve" />
          <AccountName at={`${at}/into`} label="Into" />
        </>
      );
    case "write_down":
    case "write_up":
      return (
        <>
          <BondNames at={`${at}/bonds`} label="Bonds" hint="The first one first." />
          <FormulaField at={`${at}/amount`} label="By" />
        </>
      );
    case "book":
      return (
        <>
          <NamesField
            at={`${at}/ledgers`}
            label="Ledgers"
            section="ledgers"
            hint="The first one first."
          />
          <Choice at={`${at}/side`} label="Side" options={SIDES} />
          <FormulaField at={`${at}/amount`} label="Amount" />
        </>
      );
    case "cure":
      return (
        <>
          <NameOf at={`${at}/test`} label="Test" section="tests" />
          <BondNames at={`${at}/bonds`} label="Bonds" />
          <AccountName at={`${at}/from`} label="From" />
        </>
      );
    case "buy":
      return (
        <>
          <NameOf at={`${at}/pool`} label="Pool" section="pools" absent="The only pool" />
          <FormulaField
            at={`${at}/price`}
            label="Price"
            hint="Per unit of balance; 1 if absent."
            optional
          />
          <AccountName at={`${at}/from`} label="From" />
        </>
      );
    case "liquidate":
      return (
        <>
          <NameOf at={`${at}/pool`} label="Pool" section="pools" absent="All pools" />
          <FormulaField at={`${at}/proceeds`} label="Brings" />
          <AccountName at={`${at}/into`} label="Into" />
        </>
      );
    case "fund_bond":
      return (
        <>
          <NameOf at={`${at}/bond`} label="Bond" section="bonds" />
          <FormulaField at={`${at}/amount`} label="Amount" />
          <AccountName at={`${at}/into`} label="Into" />
        </>
      );
    case "test_trigger":
      return <NameOf at={`${at}/trigger`} label="Trigger" section="triggers" />;
    case "set_status":
      return <Choice at={`${at}/status`} label="New status" options={STATUS_OPTIONS} />;
    case "if":
      return (
        <div className={styles.wide}>
          <FormulaField at={`${at}/condition`} label="Condition" />
        </div>
      );
    case "inspect":
      return (
        <>
          <Words at={`${at}/name`} label="Call it" />
          <FormulaField at={`${at}/value`} label="Number" />
        </>
      );
  }
}

function Sources({ at }: { at: string }) {
  const { value = [], error, locked, set } = useMember<Source[]>(at);
  return (
    <fieldset className={styles.wide}>
      <legend className={styles.label}>Cash</legend>
      <div className={styles.sources}>
        {SOURCES.map((source) => (
          <Checkbox
            key={source}
            isSelected={value.includes(source)}
            isDisabled={locked}
            onChange={(on) =>
              set(SOURCES.filter((one) => (one === source ? on : value.includes(one))))
            }
          >
            {SOURCE_WORDS[source]}
          </Checkbox>
        ))}
      </div>
      {error !== null || value.length === 0 ? (
        <p className={styles.error} role="alert">
          {error ?? "Choose at least one"}
        </p>
      ) : null}
    </fieldset>
  );
}
