import { useMemo } from "react";
import { PaneGroup } from "@/charts/PaneGroup";
import type { Pane } from "@/charts/panes";
import { formatNumber } from "@/format/numbers";
import { formatDate } from "@/format/time";
import { Panel, PanelBody } from "@/ui/Panel";
import type { Flows } from "../api/types";
import { yearTicks } from "../deals/model/results";
import { amountUnit } from "../model/units";
import styles from "./Loan.module.css";

/** Interest and principal stacked, the balance below. */
export function LoanChart({ flows, busy }: { flows: Flows; busy: boolean }) {
  const largest = flows.beginning_balance[0] ?? 0;
  const unit = amountUnit(largest, "USD");
  const xs = useMemo(() => flows.period.map((_, at) => at), [flows]);
  const dateAt = (at: number) => flows.date[Math.round(at)] ?? "";
  const panes = useMemo(() => panesOf(flows), [flows]);
  const last = flows.date.at(-1);
  return (
    <Panel title="Payments" sub="USD" className={styles.chart}>
      {busy ? <div className={styles.busy} /> : null}
      <PanelBody>
        <PaneGroup
          label={
            last === undefined
              ? "The loan pays nothing"
              : `Payments of ${unit.name} ${unit.format(largest)} until ${formatDate(last)}`
          }
          name="loan"
          height={300}
          xs={xs}
          formatX={(at) => `Payment ${Math.round(at) + 1} · ${formatDate(dateAt(at))}`}
          tickX={(at) => dateAt(at).slice(0, 4)}
          ticksX={(low, high, wanted) => yearTicks(flows.date, low, high, wanted)}
          panes={panes}
        />
      </PanelBody>
    </Panel>
  );
}

function panesOf(flows: Flows): Pane[] {
  const form = flows.period.length <= 24 ? ("bars" as const) : ("stack" as const);
  const format = (value: number) => formatNumber(value, 2);
  const tick = (value: number) => formatNumber(value, 0);
  const unit = amountUnit(flows.beginning_balance[0] ?? 0, "USD");
  const some = (values: readonly number[]) => values.some((value) => value > 0.005);
  const series = [
    {
      id: "interest",
      title: "Interest",
      values: flows.scheduled_interest,
      color: "var(--cat-other)",
    },
    {
      id: "principal",
      title: "Principal",
      values: flows.scheduled_principal,
      color: "var(--cat-4)",
    },
    ...(some(flows.prepayment)
      ? [{ id: "prepayment", title: "Prepayment", values: flows.prepayment, color: "var(--cat-1)" }]
      : []),
    ...(some(flows.recovery)
      ? [{ id: "recovery", title: "Recovery", values: flows.recovery, color: "var(--cat-2)" }]
      : []),
  ];
  return [
    {
      id: "flows",
      title: "Payment, USD",
      weight: 1.6,
      format,
      tick,
      total: "Total",
      series: series.map((one) => ({ ...one, form })),
    },
    {
      id: "balance",
      title: `Balance, ${unit.name}`,
      format: (value) => formatNumber(value, unit.digits),
      tick: (value) => unit.tick(value * unit.by),
      series: [
        {
          id: "balance",
          title: "Balance",
          values: flows.balance.map((value) => value / unit.by),
          color: "var(--cat-1)",
          form: "area",
          unlisted: true,
        },
      ],
    },
  ];
}
