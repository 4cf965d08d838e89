/** What one order costs: the fee, its cap, GST. Computed by the server as figures change. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { asProblem, type Problem } from "@/api/problem";
import { formatDay, parseInstant } from "@/format/time";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Chip } from "@/ui/Marks";
import { NumberField } from "@/ui/NumberField";
import { Segmented } from "@/ui/Segmented";
import { ErrorPanel, Skeleton } from "@/ui/States";
import type { FeeQuote } from "../api/analyticsTypes";
import { quoteFees } from "../api/calls";
import { plainPercent } from "../model/words";
import styles from "./Fees.module.css";
import {
  boundWords,
  type FeeInputs,
  feeMoney,
  lines,
  type NamedInput,
  POINTERS,
  questionOf,
} from "./model";

const PAUSE_MS = 250;

/** The quote of these figures, a moment after they stop changing. */
export function useFeeQuote(inputs: FeeInputs) {
  const text = JSON.stringify(questionOf(inputs));
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const query = useQuery({
    queryKey: ["strangle", "fees", asked],
    queryFn: ({ signal }) => quoteFees(JSON.parse(asked), signal),
    enabled: asked !== "null",
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  });
  return { query, asks: asked !== "null", behind: asked !== text || query.isPlaceholderData };
}

export type FeeState = ReturnType<typeof useFeeQuote>;

const FIELDS: { name: NamedInput; label: string; unit?: string; digits: number; step: number }[] = [
  { name: "underlying", label: "Underlying price", unit: "USD", digits: 2, step: 100 },
  { name: "premium", label: "Premium", unit: "USD", digits: 2, step: 1 },
  { name: "quantity", label: "Contracts", unit: "lots", digits: 0, step: 1 },
  { name: "size", label: "Contract size", unit: "units", digits: 3, step: 0.001 },
];

export function FeeForm({
  inputs,
  onChange,
  state,
}: {
  inputs: FeeInputs;
  onChange: (inputs: FeeInputs) => void;
  state: FeeState;
}) {
  const problem = state.query.error === null ? null : asProblem(state.query.error);
  const errors = problem?.fieldErrors() ?? {};
  return (
    <div className={styles.form}>
      {FIELDS.map(({ name, label, unit, digits, step }) => {
        const value = inputs[name];
        const own = value === null ? 0 : (String(value).split(".")[1] ?? "").length;
        return (
          <NumberField
            key={name}
            label={label}
            unit={unit}
            digits={Math.min(8, Math.max(digits, own))}
            min={0}
            step={step}
            error={errors[POINTERS[name]]}
            value={value}
            onChange={(next) => onChange({ ...inputs, [name]: next })}
          />
        );
      })}
      <div className={styles.side}>
        <span className={styles.label} aria-hidden="true">
          Order
        </span>
        <Segmented
          label="Order"
          options={[
            { value: "taker", text: "Taker" },
            { value: "maker", text: "Maker" },
          ]}
          value={inputs.side}
          onChange={(side) => onChange({ ...inputs, side })}
        />
        <p className={styles.hint}>
          {inputs.side === "taker" ? "Takes what waits in the book" : "Waits in the book"}
        </p>
      </div>
    </div>
  );
}

export function FeeResult({ state }: { state: FeeState }) {
  const { query, behind } = state;
  const problem = query.error === null ? null : asProblem(query.error);
  if (!state.asks) {
    return <p className={styles.hint}>Give all four figures to see what the order costs.</p>;
  }
  if (problem !== null) {
    return <Refused problem={problem} onRetry={() => void query.refetch()} />;
  }
  if (query.data === undefined) {
    return <Skeleton rows={6} />;
  }
  return <Quote quote={query.data} behind={behind} />;
}

function Refused({ problem, onRetry }: { problem: Problem; onRetry: () => void }) {
  return problem.status === 422 ? (
    <Banner tone="warn" title="No fee can be computed.">
      {problem.fields[0]?.message ?? problem.detail}
    </Banner>
  ) : (
    <ErrorPanel what="The fee could not be computed" error={problem} onRetry={onRetry} />
  );
}

function Quote({ quote, behind }: { quote: FeeQuote; behind: boolean }) {
  const from = parseInstant(quote.schedule_valid_from);
  const share =
    quote.premium_value === 0 ? null : (quote.total_fee_with_gst / quote.premium_value) * 100;
  return (
    <div className={cx(styles.quote, behind && styles.behind)}>
      <div className={styles.heroes}>
        <div>
          <span className={styles.name}>Fee with GST</span>
          <output className={styles.hero}>{feeMoney(quote.breakdown.total_fee_with_gst)}</output>
          <span className={styles.hint}>
            {share === null ? "" : `${plainPercent(share, 2)} of the premium`}
          </span>
        </div>
        <div>
          <span className={styles.name}>Fee</span>
          <span className={styles.figure}>{feeMoney(quote.breakdown.applied_fee)}</span>
        </div>
        <div>
          <span className={styles.name}>GST</span>
          <span className={styles.figure}>{feeMoney(quote.breakdown.gst)}</span>
        </div>
        <Chip tone={quote.cap_applied ? "accent" : "outline"}>
          {quote.cap_applied ? "Cap applied" : "Rate applied"}
        </Chip>
      </div>
      <Bounds quote={quote} />
      <p>{boundWords(quote)}</p>
      <table className={styles.lines}>
        <caption className="visually-hidden">How the fee is made</caption>
        <tbody>
          {lines(quote).map((line) => (
            <tr key={line.name}>
              <th scope="row">{line.name}</th>
              <td>{line.how}</td>
              <td>{line.amount}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles.hint}>
        {from === null
          ? "Rates of the request."
          : `Rates in force since ${formatDay(from, "IST")}.`}{" "}
        For one fill; buying back costs a fee again. The exchange's own commission is what counts.
      </p>
    </div>
  );
}

/** The two bounds on one scale: the shorter one is the fee. */
function Bounds({ quote }: { quote: FeeQuote }) {
  const most = Math.max(quote.notional_fee, quote.premium_cap);
  const rows = [
    {
      name: "Rate",
      value: quote.notional_fee,
      text: quote.breakdown.notional_fee,
      on: !quote.cap_applied,
    },
    {
      name: "Cap",
      value: quote.premium_cap,
      text: quote.breakdown.premium_cap,
      on: quote.cap_applied,
    },
  ];
  return (
    <div className={styles.bounds} role="img" aria-label={boundWords(quote)}>
      {rows.map((row) => (
        <div key={row.name} className={cx(styles.bound, row.on && styles.applied)}>
          <span>{row.name}</span>
          <span className={styles.track}>
            <span style={{ width: `${most === 0 ? 0 : (row.value / most) * 100}%` }} />
          </span>
          <span>
            {feeMoney(row.text)}
            {row.on ? ", applied" : ""}
          </span>
        </div>
      ))}
    </div>
  );
}

/** Fills in the premium of one of these legs. */
export function LegChoice({
  legs,
  onTake,
}: {
  legs: readonly { name: string; premium: number | null }[];
  onTake: (premium: number) => void;
}) {
  return (
    <div className={styles.legs}>
      <span className={styles.hint}>Premium of</span>
      {legs.map((leg) =>
        leg.premium === null ? null : (
          <Button key={leg.name} small onPress={() => onTake(leg.premium ?? 0)}>
            {leg.name}
          </Button>
        ),
      )}
    </div>
  );
}
