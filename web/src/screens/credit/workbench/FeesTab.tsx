import { Checkbox } from "@/ui/Checkbox";
import { NumberField } from "@/ui/NumberField";
import { Select } from "@/ui/Select";
import type { Advances, Order } from "../api/types";
import type { FeesState } from "../model/assumptions";
import styles from "./Panel.module.css";

const ADVANCES: { value: Advances; text: string }[] = [
  { value: "none", text: "None" },
  { value: "interest", text: "Interest" },
  { value: "principal_and_interest", text: "Principal and interest" },
];
const ORDERS: { value: Order; text: string }[] = [
  { value: "bma", text: "BMA, both on the opening balance" },
  { value: "default_then_prepay", text: "Default, then prepayment" },
  { value: "prepay_then_default", text: "Prepayment, then default" },
];

/** What the servicer takes and advances, and the order of events. */
export function FeesTab({
  state,
  base,
  onChange,
}: {
  state: FeesState;
  base: FeesState | null;
  onChange: (state: FeesState) => void;
}) {
  const set = (change: Partial<FeesState>) => onChange({ ...state, ...change });
  return (
    <div className={styles.tab}>
      <NumberField
        label="Servicing fee"
        optional
        unit="% a year"
        digits={3}
        min={0}
        max={100}
        step={0.05}
        hint="Of the performing balance; empty is none."
        changed={base !== null && base.servicing !== state.servicing}
        value={state.servicing}
        onChange={(servicing) => set({ servicing })}
      />
      <Select
        label="Servicer advances"
        options={ADVANCES}
        changed={base !== null && (base.advances ?? "none") !== (state.advances ?? "none")}
        value={state.advances ?? "none"}
        onChange={(advances) => set({ advances: advances === "none" ? null : advances })}
      />
      <Select
        label="Order in a period"
        options={ORDERS}
        changed={base !== null && (base.order ?? "bma") !== (state.order ?? "bma")}
        value={state.order ?? "bma"}
        onChange={(order) => set({ order: order === "bma" ? null : order })}
      />
      <NumberField
        label="Months without defaults before maturity"
        optional
        unit="months"
        digits={0}
        min={0}
        max={600}
        hint="Empty is as long as recovery takes."
        changed={base !== null && base.defaultFree !== state.defaultFree}
        value={state.defaultFree}
        onChange={(defaultFree) => set({ defaultFree })}
      />
      <Checkbox isSelected={state.useDrivers} onChange={(useDrivers) => set({ useDrivers })}>
        Loan facts drive defaults
      </Checkbox>
      <div className={styles.note}>
        FICO, DTI, DSCR and LTV of each loan then replace the defaults of its class.
      </div>
    </div>
  );
}
