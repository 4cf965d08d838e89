import { Plus, X } from "lucide-react";
import { fraction } from "@/format/units";
import { Button, IconButton } from "@/ui/Button";
import { DateField } from "@/ui/DateField";
import { NumberField, PercentField } from "@/ui/NumberField";
import type { BondKind, Coupon, InterestOnInterest } from "../api/structure";
import styles from "./Builder.module.css";
import { useMember } from "./context";
import { FormulaField } from "./FormulaField";
import { Amount, Choice, Day, digitsOf, Name, Rate, Tick, Whole, Words } from "./fields";
import { KindSelect } from "./KindSelect";
import { DAY_COUNTS } from "./words";

const COUPONS: readonly { value: Coupon["type"]; text: string }[] = [
  { value: "fixed", text: "Fixed" },
  { value: "floating", text: "Floating" },
  { value: "step_up", text: "Step-up" },
  { value: "formula", text: "Formula" },
  { value: "none", text: "None" },
];

function newCoupon(type: Coupon["type"]): Coupon {
  switch (type) {
    case "none":
      return { type };
    case "fixed":
      return { type, rate: 0.05 };
    case "floating":
      return { type, index: "SOFR", spread: 0.015, floor: 0 };
    case "step_up":
      return { type, rate: 0.05, steps: [] };
    case "formula":
      return { type, rate: "pool.net_wac" };
  }
}

const KINDS: readonly { value: BondKind["type"]; text: string; hint: string }[] = [
  { value: "ordinary", text: "Ordinary", hint: "as the waterfall says" },
  { value: "pac", text: "PAC", hint: "on schedule inside a band" },
  { value: "tac", text: "TAC", hint: "on schedule at one speed" },
  { value: "support", text: "Support", hint: "takes what scheduled bonds do not" },
  { value: "z_accrual", text: "Z", hint: "interest is added to the balance" },
  { value: "interest_only", text: "Interest only", hint: "on a notional" },
  { value: "principal_only", text: "Principal only", hint: "no interest" },
  { value: "equity", text: "Equity", hint: "what is left" },
];

function newKind(type: BondKind["type"]): BondKind {
  switch (type) {
    case "pac":
      return { type, band: [100, 300] };
    case "tac":
      return { type, speed: 165 };
    case "interest_only":
      return { type, notional: "pool.balance" };
    default:
      return { type };
  }
}

const ON_INTEREST: readonly { value: InterestOnInterest["type"]; text: string }[] = [
  { value: "none", text: "Nothing" },
  { value: "own_rate", text: "Its own rate" },
  { value: "fixed", text: "A fixed rate" },
];

export function BondForm({ at }: { at: string }) {
  const { value: kind } = useMember<BondKind>(`${at}/kind`);
  const { value: onInterest } = useMember<InterestOnInterest>(`${at}/interest_on_interest`);
  return (
    <>
      <div className={styles.form}>
        <Name at={at} section="bonds" />
        <Amount at={`${at}/original_balance`} label="Original balance" />
        <Amount
          at={`${at}/balance`}
          label="Balance today"
          hint="The original one if absent."
          optional
        />
        <KindSelect at={`${at}/kind`} label="Principal" options={KINDS} make={newKind} />
        <KindFields at={`${at}/kind`} kind={kind ?? { type: "ordinary" }} />
      </div>
      <h3 className={styles.part}>Coupon</h3>
      <CouponFields at={`${at}/coupon`} />
      <div className={styles.form}>
        <Choice at={`${at}/day_count`} label="Day count" options={DAY_COUNTS} absent="30/360" />
        <Day at={`${at}/accrues_from`} label="Accrues from" hint="Closing if absent." optional />
        <FormulaField
          at={`${at}/rate_cap`}
          label="Rate cap"
          hint="The highest rate paid, such as pool.net_wac"
          optional
        />
        <KindSelect<InterestOnInterest>
          at={`${at}/interest_on_interest`}
          label="Unpaid interest earns"
          options={ON_INTEREST}
          make={(type) => (type === "fixed" ? { type, rate: 0.05 } : { type })}
        />
        {onInterest?.type === "fixed" ? (
          <Rate at={`${at}/interest_on_interest/rate`} label="Rate on unpaid interest" />
        ) : null}
        <div className={styles.ticks}>
          <Tick at={`${at}/carryover`}>Interest above the cap is owed later</Tick>
          <Tick at={`${at}/deferrable`}>Unpaid interest is added to the balance</Tick>
        </div>
      </div>
      <h3 className={styles.part}>Terms</h3>
      <div className={styles.form}>
        <Words at={`${at}/group`} label="Group" hint="Bonds that steps name together." optional />
        <Day at={`${at}/lockout_until`} label="No principal before" optional />
        <Day
          at={`${at}/maturity`}
          label="To be repaid by"
          hint="The deal's last payment if absent."
          optional
        />
        <Whole at={`${at}/delay_days`} label="Payment delay" unit="days" />
        <Words at={`${at}/rating`} label="Rating" hint="For the eye only." optional />
      </div>
    </>
  );
}

function KindFields({ at, kind }: { at: string; kind: BondKind }) {
  const { set, locked, error } = useMember<BondKind>(at);
  if (kind.type === "interest_only") {
    return <FormulaField at={`${at}/notional`} label="Interest is counted on" />;
  }
  if (kind.type === "tac") {
    return (
      <NumberField
        label="Speed"
        unit="% PSA"
        digits={0}
        min={0}
        isDisabled={locked}
        value={kind.speed ?? null}
        onChange={(speed) => set({ ...kind, speed: speed ?? undefined })}
        error={error}
      />
    );
  }
  if (kind.type !== "pac") {
    return null;
  }
  const [low, high] = kind.band ?? [100, 300];
  return (
    <>
      <NumberField
        label="Band from"
        unit="% PSA"
        digits={0}
        min={0}
        isDisabled={locked}
        value={low}
        onChange={(next) => set({ ...kind, band: [next ?? 0, high] })}
        error={error ?? (low > high ? `Must be at most ${high}` : null)}
      />
      <NumberField
        label="Band to"
        unit="% PSA"
        digits={0}
        min={0}
        isDisabled={locked}
        value={high}
        onChange={(next) => set({ ...kind, band: [low, next ?? 0] })}
      />
    </>
  );
}

function CouponFields({ at }: { at: string }) {
  const { value } = useMember<Coupon>(at);
  const coupon = value ?? { type: "none" as const };
  return (
    <div className={styles.form}>
      <KindSelect at={at} label="Rate" options={COUPONS} make={newCoupon} />
      {coupon.type === "fixed" ? <Rate at={`${at}/rate`} label="Annual rate" /> : null}
      {coupon.type === "formula" ? <FormulaField at={`${at}/rate`} label="Annual rate" /> : null}
      {coupon.type === "floating" ? (
        <>
          <Words at={`${at}/index`} label="Index" />
          <Rate at={`${at}/spread`} label="Spread" />
          <Multiplier at={`${at}/multiplier`} />
          <Rate at={`${at}/floor`} label="Floor" optional />
          <Rate at={`${at}/cap`} label="Cap" optional />
        </>
      ) : null}
      {coupon.type === "step_up" ? (
        <>
          <Rate at={`${at}/rate`} label="Rate at first" />
          <StepUps at={`${at}/steps`} />
        </>
      ) : null}
    </div>
  );
}

function Multiplier({ at }: { at: string }) {
  const { value, error, locked, set } = useMember<number>(at);
  return (
    <NumberField
      label="Multiplier"
      hint="A negative one makes an inverse floater."
      optional
      isDisabled={locked}
      digits={digitsOf(value, 0)}
      value={value ?? null}
      onChange={(next) => set(next ?? undefined)}
      error={error}
    />
  );
}

function StepUps({ at }: { at: string }) {
  const { value = [], locked, error, set } = useMember<[string, number][]>(at);
  const put = (index: number, next: [string, number]) =>
    set(value.map((one, place) => (place === index ? next : one)));
  return (
    <div className={styles.wide}>
      {value.map(([day, rate], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps have no identity but their place
        <div key={index} className={styles.stepUp}>
          <DateField
            label={`From, step ${index + 1}`}
            value={day}
            onChange={(next) => !locked && next !== null && put(index, [next, rate])}
          />
          <PercentField
            label="Rate"
            isDisabled={locked}
            value={fraction(rate)}
            onChange={(next) => put(index, [day, (next ?? 0) as number])}
          />
          <IconButton
            label={`Drop step ${index + 1}`}
            small
            isDisabled={locked}
            onPress={() => set(value.filter((_, place) => place !== index))}
          >
            <X size={14} />
          </IconButton>
        </div>
      ))}
      {error === null ? null : <p className={styles.error}>{error}</p>}
      <Button
        small
        icon={<Plus size={14} />}
        isDisabled={locked}
        onPress={() => {
          const [day, rate] = value.at(-1) ?? ["2030-01-15", 0.05];
          set([...value, [`${Number(day.slice(0, 4)) + 1}${day.slice(4)}`, rate]]);
        }}
      >
        Add a step
      </Button>
    </div>
  );
}
