/** The sections of the form, in the order a person thinks: what, which, when, how much, until. */
import { useState } from "react";
import { DateField } from "@/ui/DateField";
import { NumberField } from "@/ui/NumberField";
import { Segmented } from "@/ui/Segmented";
import { Select } from "@/ui/Select";
import { TextField } from "@/ui/TextField";
import styles from "./Configuration.module.css";
import {
  Cell,
  Choice,
  Figure,
  Points,
  Premium,
  Switch,
  Tick,
  Time,
  useForm,
  useLook,
} from "./form";
import { expiryOfIso, isoOfExpiry, utcText, windowOf } from "./model/clock";
import { lengthWords } from "./model/words";
import { Section } from "./Section";

export function MarketSection({ today }: { today: string }) {
  const { fields, edit } = useForm();
  const fixed = fields.expiry_date !== null;
  const [last, setLast] = useState<string | null>(null);
  const expiry = useLook("expiry_date", "Options expire at 17:30 IST, 12:00 UTC");
  return (
    <Section title="Market" sub="what is sold">
      <Cell name="name" wide>
        <TextField
          {...useLook("name", "1 to 50 letters, unique")}
          value={fields.name}
          maxLength={50}
          onChange={(name) => edit({ name })}
        />
      </Cell>
      <Switch
        name="underlying"
        options={[
          { value: "BTC", text: "BTC" },
          { value: "ETH", text: "ETH" },
        ]}
        value={fields.underlying}
        onChange={(underlying) => edit({ underlying })}
      />
      <div className={styles.cell}>
        <span className={styles.label} aria-hidden="true">
          Expiry
        </span>
        <ExpiryKind
          label="Expiry"
          value={fixed ? "fixed" : "auto"}
          onChange={(kind) => {
            setLast(fields.expiry_date ?? last);
            edit({ expiry_date: kind === "auto" ? null : (last ?? expiryOfIso(today)) });
          }}
        />
      </div>
      {fixed ? (
        <Cell name="expiry_date">
          <DateField
            {...expiry}
            label="Expiry date"
            value={isoOfExpiry(fields.expiry_date)}
            onChange={(iso) => {
              const date = expiryOfIso(iso);
              if (date !== null) {
                edit({ expiry_date: date });
              }
            }}
          />
        </Cell>
      ) : (
        <>
          <Figure
            name="expiry_buffer_hours"
            unit="h"
            digits={0}
            min={0}
            max={8_760}
            hint="The first expiry at least this far ahead"
          />
          <Figure
            name="max_expiry_slip_days"
            unit="days"
            digits={0}
            min={0}
            max={31}
            hint="Later if that day has nothing to sell"
          />
        </>
      )}
    </Section>
  );
}

function ExpiryKind({
  label,
  value,
  onChange,
}: {
  label: string;
  value: "auto" | "fixed";
  onChange: (value: "auto" | "fixed") => void;
}) {
  return (
    <Segmented
      label={label}
      options={[
        { value: "auto", text: "Automatic" },
        { value: "fixed", text: "One date" },
      ]}
      value={value}
      onChange={onChange}
    />
  );
}

export function StrikesSection() {
  const { fields, edit } = useForm();
  const byDelta = fields.strike_selection_mode === "delta";
  return (
    <Section title="Strikes" sub="which two contracts">
      <Switch
        name="strike_selection_mode"
        wide
        options={[
          { value: "delta", text: "Delta" },
          { value: "price", text: "Premium" },
        ]}
        value={fields.strike_selection_mode}
        onChange={(strike_selection_mode) => edit({ strike_selection_mode })}
      />
      {byDelta ? (
        <>
          <Figure
            name="delta_range_low"
            unit="delta"
            digits={2}
            min={0}
            max={1}
            step={0.01}
            hint="0 to 1, without sign"
          />
          <Figure
            name="delta_range_high"
            unit="delta"
            digits={2}
            min={0}
            max={1}
            step={0.01}
            hint="Above the lowest"
          />
          <Choice name="delta_pick" />
        </>
      ) : (
        <>
          <Premium name="call_option_price_min" />
          <Premium name="call_option_price_max" />
          <Premium name="put_option_price_min" />
          <Premium name="put_option_price_max" />
          <Choice name="price_fallback" />
        </>
      )}
      <Points name="max_spread_pct" min={0} max={200} step={5} hint="Ask less bid, of the middle" />
      <Tick name="require_otm">Out of the money only</Tick>
      <Tick name="require_bid_size">The bid must be as large as the order</Tick>
    </Section>
  );
}

export function ScheduleSection() {
  const { fields, edit } = useForm();
  const length = lengthWords(fields);
  const minutes = windowOf(fields.late_entry_policy);
  const kind = minutes === null ? fields.late_entry_policy : "window";
  const next = fields.exit_time_ist < fields.trade_time_ist ? ", next day" : "";
  return (
    <Section title="Schedule" sub={length === null ? "IST" : `IST, a session of ${length}`}>
      <Time name="trade_time_ist" hint={utcText(fields.trade_time_ist)} />
      <Time name="exit_time_ist" hint={`${utcText(fields.exit_time_ist)}${next}`} />
      <Figure
        name="expiry_guard_minutes"
        unit="min"
        digits={0}
        min={0}
        max={1_440}
        step={5}
        hint="Exit at the latest this long before expiry"
      />
      <Cell name="late_entry_policy">
        <Select
          {...useLook("late_entry_policy", "When a start comes after the entry time")}
          options={[
            { value: "immediate", text: "Enter at once" },
            { value: "window", text: "Enter within a window" },
            { value: "skip", text: "Wait for the next day" },
          ]}
          value={kind}
          onChange={(next) => edit({ late_entry_policy: next === "window" ? "window:30" : next })}
        />
      </Cell>
      {minutes === null ? null : (
        <NumberField
          label="Window"
          unit="min"
          digits={0}
          min={1}
          max={1_440}
          step={5}
          value={minutes}
          onChange={(value) => {
            if (value !== null) {
              edit({ late_entry_policy: `window:${value}` });
            }
          }}
        />
      )}
    </Section>
  );
}

export function SizeSection({ contractValue }: { contractValue: string | null }) {
  const { fields, edit } = useForm();
  const [text, setText] = useState(fields.contract_size ?? "");
  const look = useLook(
    "contract_size",
    contractValue === null
      ? "Empty takes what the exchange says; another size there refuses the entry"
      : `The exchange says ${contractValue} ${fields.underlying}`,
  );
  return (
    <Section title="Size">
      <Figure name="quantity" unit="contracts" min={1} max={100_000} hint="Whole lots" />
      <Cell name="contract_size">
        <NumberField
          {...look}
          optional
          unit={fields.underlying}
          digits={Math.max(3, (text.split(".")[1] ?? "").length)}
          min={0}
          step={0.001}
          value={fields.contract_size === null ? null : Number(fields.contract_size)}
          onChange={(value) => {
            const size = value === null ? null : String(value);
            setText(size ?? "");
            edit({ contract_size: size });
          }}
        />
      </Cell>
    </Section>
  );
}

export function LimitsSection() {
  const { fields } = useForm();
  const over = fields.max_loss_pct > 100 ? " More than what was collected." : "";
  return (
    <Section title="Limits" sub="net of fees">
      <Points
        name="max_loss_pct"
        min={0.1}
        max={100_000}
        step={5}
        hint={`Ends the session at this loss.${over}`}
      />
      <Points
        name="max_profit_pct"
        min={0}
        max={100}
        step={5}
        hint={fields.max_profit_pct === 0 ? "Off" : "Ends the session at this profit, 0 is off"}
      />
      <Choice name="limits_basis" />
      <Figure
        name="leg_stop_multiple"
        optional
        unit={"\u00d7 entry"}
        digits={2}
        min={1.01}
        max={1_000}
        step={0.25}
        hint="Ends it when one leg's mark is this high"
      />
      <Figure
        name="confirm_samples"
        unit="in a row"
        digits={0}
        min={1}
        max={10}
        hint="Evaluations within 3 s that max loss needs"
      />
      <Figure
        name="blind_exit_after_seconds"
        optional
        unit="s"
        digits={0}
        min={60}
        max={86_400}
        step={30}
        hint="Ends it when quotes are this old"
      />
    </Section>
  );
}

export function ExecutionSection() {
  return (
    <Section title="Execution" sub="how orders are worked">
      <Choice name="limit_price_policy" hint="Middle is half way to the ask" />
      <Points
        name="max_slippage_pct"
        min={0}
        max={100}
        step={1}
        hint="Never sell further below the mark"
      />
      <Choice name="entry_market_fallback" hint="At once, limited by the slippage" />
      <Choice name="balance_policy" hint="When one leg has filled more" />
      <Figure
        name="entry_deadline_seconds"
        unit="s"
        digits={0}
        min={10}
        max={3_600}
        step={10}
        hint="Else the entry is undone"
      />
    </Section>
  );
}
