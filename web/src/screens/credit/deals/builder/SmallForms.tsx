/** The forms of the parts that need only a few fields. */
import { Banner } from "@/ui/Banner";
import type { FeeKind, Test } from "../api/structure";
import { BondNames } from "./BondNames";
import styles from "./Builder.module.css";
import { useBuilding, useMember } from "./context";
import { FormulaField } from "./FormulaField";
import { Amount, Choice, Day, Name, NameOf, Rate, Tick, Whole, Words } from "./fields";
import { KindSelect } from "./KindSelect";
import { DAY_COUNTS } from "./words";

const FREQUENCIES = [
  { value: "monthly", text: "Monthly" },
  { value: "quarterly", text: "Quarterly" },
  { value: "semi_annual", text: "Twice a year" },
  { value: "annual", text: "Yearly" },
];
const CONVENTIONS = [
  { value: "following", text: "Following" },
  { value: "modified_following", text: "Modified following" },
  { value: "preceding", text: "Preceding" },
  { value: "modified_preceding", text: "Modified preceding" },
];

export function DatesForm() {
  return (
    <>
      <div className={styles.form}>
        <Words at="/name" label="Name in the deal text" />
        <Words at="/currency" label="Currency" hint="ISO code, for instance USD" optional />
        <Day
          at="/dates/cutoff"
          label="Cut-off"
          hint="Collections after this day belong to the deal."
        />
        <Day at="/dates/closing" label="Closing" hint="Bonds accrue from this day." />
        <Day at="/dates/first_payment" label="First payment" />
        <Choice at="/dates/frequency" label="Frequency" options={FREQUENCIES} usual="monthly" />
        <Day
          at="/dates/maturity"
          label="Last payment"
          hint="60 years after closing if absent."
          optional
        />
        <Day
          at="/dates/revolving_until"
          label="Revolving until"
          hint="A deal with this day starts revolving."
          optional
        />
      </div>
      <h3 className={styles.part}>Payment days</h3>
      <div className={styles.form}>
        <Choice
          at="/dates/convention"
          label="On a holiday"
          options={CONVENTIONS}
          absent="Not moved"
        />
        <Words at="/dates/calendar" label="Calendar" hint="For instance us_sifma" optional />
        <Whole at="/dates/collection_lag_days" label="Collections end before payment" unit="days" />
        <div className={styles.ticks}>
          <Tick at="/dates/end_of_month">Month ends stay month ends</Tick>
          <Tick at="/dates/accrue_adjusted">Interest accrues to the moved day</Tick>
        </div>
      </div>
    </>
  );
}

export function PoolForm({ at }: { at: string }) {
  return (
    <>
      <div className={styles.form}>
        <Name at={at} section="pools" />
      </div>
      <p className={styles.note}>
        A pool is only a name here. Which loans stand behind it is chosen with the run.
      </p>
    </>
  );
}

export function AccountForm({ at }: { at: string }) {
  return (
    <div className={styles.form}>
      <Name at={at} section="accounts" />
      <Amount at={`${at}/balance`} label="Cash at closing" />
      <FormulaField
        at={`${at}/target`}
        label="Target"
        hint="What a reserve should hold, such as max(1% * pool.balance, 5000000)"
        optional
      />
      <FormulaField
        at={`${at}/earns`}
        label="Earns"
        hint="Annual rate of its balance, such as 2%"
        optional
      />
    </div>
  );
}

export function LedgerForm({ at }: { at: string }) {
  return (
    <div className={styles.form}>
      <Name at={at} section="ledgers" />
      <Amount at={`${at}/balance`} label="At closing" />
      <FormulaField
        at={`${at}/cap`}
        label="Cap"
        hint="A debit beyond goes to the next ledger of the step."
        optional
      />
    </div>
  );
}

const FEE_KINDS: readonly { value: FeeKind["type"]; text: string }[] = [
  { value: "fixed", text: "The same each time" },
  { value: "rate", text: "Annual rate" },
  { value: "formula", text: "Formula" },
  { value: "one_off", text: "Once" },
];

const newFee = (type: FeeKind["type"]): FeeKind => {
  switch (type) {
    case "rate":
      return { type, rate: 0.005, base: "pool.begin_balance" };
    case "formula":
      return { type, amount: "0" };
    default:
      return { type, amount: 0 };
  }
};

export function FeeForm({ at }: { at: string }) {
  const { value: kind } = useMember<FeeKind>(`${at}/kind`);
  const type = kind?.type ?? "fixed";
  return (
    <div className={styles.form}>
      <Name at={at} section="fees" />
      <KindSelect at={`${at}/kind`} label="Accrues" options={FEE_KINDS} make={newFee} />
      {type === "fixed" || type === "one_off" ? (
        <Amount at={`${at}/kind/amount`} label="Amount" />
      ) : null}
      {type === "rate" ? (
        <>
          <Rate at={`${at}/kind/rate`} label="Rate a year" />
          <FormulaField at={`${at}/kind/base`} label="On" />
          <Choice
            at={`${at}/kind/day_count`}
            label="Day count"
            options={DAY_COUNTS}
            absent="30/360"
          />
        </>
      ) : null}
      {type === "formula" ? <FormulaField at={`${at}/kind/amount`} label="Amount" /> : null}
      <Day at={`${at}/starts`} label="Starts" hint="Closing if absent." optional />
    </div>
  );
}

export function VariableForm({ at }: { at: string }) {
  return (
    <div className={styles.form}>
      <Name at={at} section="variables" />
      <div className={styles.wide}>
        <FormulaField
          at={`${at}/value`}
          label="Stands for"
          hint="It may use other variables, but not in a circle."
        />
      </div>
    </div>
  );
}

const TEST_KINDS: readonly { value: Test["kind"]["type"]; text: string }[] = [
  { value: "overcollateralization", text: "Overcollateralisation" },
  { value: "interest_coverage", text: "Interest coverage" },
];

export function TestForm({ at }: { at: string }) {
  const { value } = useMember<Test["kind"]>(`${at}/kind`);
  return (
    <div className={styles.form}>
      <Name at={at} section="tests" />
      <KindSelect
        at={`${at}/kind`}
        label="What covers"
        options={TEST_KINDS}
        make={(type): Test["kind"] => ({ type })}
      />
      <div className={styles.wide}>
        <BondNames
          at={`${at}/bonds`}
          label="Classes"
          hint="The tested class and those senior to it."
        />
      </div>
      <FormulaField at={`${at}/threshold`} label="Passed at or above" />
      <FormulaField
        at={`${at}/kind/numerator`}
        label="Numerator"
        hint={
          value?.type === "interest_coverage"
            ? "Interest collected less fees due if absent."
            : "Performing balance plus principal cash if absent."
        }
        optional
      />
    </div>
  );
}

export function CallForm({ at }: { at: string }) {
  return (
    <>
      <div className={styles.form}>
        <Name at={at} section="calls" />
        <Day at={`${at}/first_date`} label="Not before" optional />
        <FormulaField at={`${at}/when`} label="May be exercised when" />
        <FormulaField
          at={`${at}/price`}
          label="The pool is sold for"
          hint="Its performing balance if absent."
          optional
        />
      </div>
      <Banner tone="info">
        It is exercised only if the proceeds and the cash in the accounts repay bonds, accrued
        interest and fees.
      </Banner>
    </>
  );
}

/** The index or reserve a name points at may be missing: then the field says so. */
export function AccountName({ at, label, absent }: { at: string; label: string; absent?: string }) {
  const { deal } = useBuilding();
  const hint = (deal.accounts ?? []).length === 0 ? "Add an account first." : undefined;
  return <NameOf at={at} label={label} section="accounts" hint={hint} absent={absent} />;
}
