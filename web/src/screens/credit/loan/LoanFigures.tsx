import { formatAmount, formatFraction, formatNumber, NOT_COMPUTABLE } from "@/format/numbers";
import { fraction } from "@/format/units";
import { Metric } from "@/ui/Figures";
import { Panel } from "@/ui/Panel";
import type { LoanSummary } from "./api/calls";
import styles from "./Loan.module.css";

const money = (value: number | null | undefined) =>
  value === null || value === undefined ? NOT_COMPUTABLE : formatAmount(value);
const rate = (value: number | null | undefined) =>
  value === null || value === undefined ? NOT_COMPUTABLE : formatFraction(fraction(value), 3);

/** What the loan pays and is worth. */
export function LoanFigures({ summary, busy }: { summary: LoanSummary; busy: boolean }) {
  const { payment, last_payment: last } = summary;
  const differs = payment !== null && last !== null && Math.abs(last - payment) > 0.005;
  return (
    <Panel label="Figures" className={styles.figuresPanel}>
      {busy ? <div className={styles.busy} /> : null}
      <div className={styles.figures}>
        <Metric
          name="Payment"
          value={money(payment)}
          note={differs ? `last one ${money(last)}` : "the same to the end"}
        />
        <Metric
          name="Total interest"
          value={money(summary.contractual_interest)}
          note="as agreed"
        />
        <Metric name="IRR" value={rate(summary.irr)} note="at the price paid" />
        <Metric name="Present value" value={money(summary.npv)} note="at the discount rate" />
        <Metric
          name="Average life"
          value={
            summary.weighted_average_life === null
              ? NOT_COMPUTABLE
              : formatNumber(summary.weighted_average_life, 2)
          }
          unit="years"
          note="with the speeds"
        />
        <Metric name="Loss" value={money(summary.total_loss)} note="with the speeds" />
      </div>
    </Panel>
  );
}
