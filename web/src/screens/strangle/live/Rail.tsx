import { useMemo, useRef } from "react";
import { Spark } from "@/charts/Spark";
import { useSize } from "@/charts/useSize";
import { formatCount, formatNumber, formatShort } from "@/format/numbers";
import { formatCountdown, formatDay, formatInstant, parseInstant } from "@/format/time";
import { useNow } from "@/shell/clock";
import { TextLink } from "@/ui/Button";
import { KeyValues } from "@/ui/Figures";
import { Chip } from "@/ui/Marks";
import { Panel, PanelBody } from "@/ui/Panel";
import { Tooltip } from "@/ui/Tooltip";
import type { Guard, Runtime } from "../api/types";
import { countdownOf, tradingWords } from "../model/desk";
import { type PathSample, thin } from "../model/path";
import {
  ageText,
  istDayMinute,
  istMinute,
  reasonWords,
  sentence,
  signedPercent,
} from "../model/words";
import styles from "./Rail.module.css";

/** How long until the next thing happens by itself. */
export function TimeCard({ runtime, receivedAt }: { runtime: Runtime; receivedAt: number }) {
  const now = useNow(1_000);
  const next = countdownOf(runtime, now.getTime() - receivedAt);
  const { schedule } = runtime;
  if (next === null) {
    return null;
  }
  const exit = parseInstant(schedule.planned_exit_at);
  const expiry = runtime.positions[0]?.expiry ?? runtime.entry.target_expiry;
  return (
    <Panel title={next.title} sub={istMinute(next.at)}>
      <PanelBody>
        <div className={styles.clock}>
          <span className={styles.count} role="timer">
            {formatCountdown(next.left)}
          </span>
          {expiry === null ? null : (
            <span className={styles.aside}>expiry {istDayMinute(expiry, now)}</span>
          )}
        </div>
        <div className={styles.track}>
          <span style={{ width: `${next.share * 100}%` }} />
        </div>
        <div className={styles.ends}>
          <span>
            {istMinute(schedule.scheduled_entry_at)} {next.entry ? "planned entry" : "entry"}
          </span>
          <Tooltip text={exit === null ? "" : formatInstant(exit, "UTC")}>
            <span>
              {istMinute(schedule.planned_exit_at)} exit
              {schedule.exit_bound === "expiry_guard" ? ", expiry guard" : ""}
            </span>
          </Tooltip>
        </div>
      </PanelBody>
    </Panel>
  );
}

/** The index now, its range and its move since entry. */
export function SpotCard({
  runtime,
  receivedAt,
  samples,
}: {
  runtime: Runtime;
  receivedAt: number;
  samples: readonly PathSample[];
}) {
  const now = useNow(1_000);
  const { spot } = runtime;
  const values = useMemo(() => thin(samples, 90).map((sample) => sample.spot), [samples]);
  if (spot.last === null) {
    return null;
  }
  const updated = parseInstant(spot.updated_at);
  // By the clock of the desk, which may not be that of this page.
  const age =
    updated === null
      ? null
      : Date.parse(runtime.generated_at) - updated.getTime() + (now.getTime() - receivedAt);
  const old = age !== null && age > 15_000;
  const underlying = runtime.config?.underlying ?? spot.symbol ?? "Index";
  const move = spot.entry === null ? null : (spot.last / spot.entry - 1) * 100;
  const digits = spot.last >= 10_000 ? 1 : 2;
  const drawn = values.length > 4;
  return (
    <Panel
      title={`${underlying} index`}
      actions={
        <>
          {age === null ? null : <Chip tone={old ? "warn" : "ok"}>{ageText(age)}</Chip>}
          <b className={styles.spot}>{formatNumber(spot.last, digits)}</b>
        </>
      }
    >
      {drawn || spot.entry !== null ? (
        <PanelBody>
          {drawn ? <IndexSpark values={values} underlying={underlying} /> : null}
          {spot.entry === null ? null : (
            <dl className={styles.four}>
              <Fact name="Entry" value={spot.entry} digits={digits} />
              <Fact name="High" value={spot.high} digits={digits} />
              <div>
                <dt>Move</dt>
                <dd>{signedPercent(move, 2)}</dd>
              </div>
              <Fact name="Low" value={spot.low} digits={digits} />
            </dl>
          )}
        </PanelBody>
      ) : null}
    </Panel>
  );
}

function IndexSpark({
  values,
  underlying,
}: {
  values: readonly (number | null)[];
  underlying: string;
}) {
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  return (
    <div ref={box} className={styles.spark}>
      {width === 0 ? null : (
        <Spark
          values={values}
          label={`${underlying} index since entry`}
          width={width}
          height={40}
          color="var(--text-2)"
        />
      )}
    </div>
  );
}

function Fact({ name, value, digits }: { name: string; value: number | null; digits: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value === null ? "n/a" : formatNumber(value, digits)}</dd>
    </div>
  );
}

/** What would stop new orders, and how near it is. */
export function GuardCard({ runtime }: { runtime: Runtime }) {
  const words = tradingWords(runtime.risk.trading_state);
  return (
    <Panel title="Guards" actions={<Chip tone={words.tone}>{words.word}</Chip>}>
      <PanelBody>
        {runtime.risk.guards.length === 0 ? (
          <p className={styles.paused}>No guard has reported yet.</p>
        ) : (
          <Guards guards={runtime.risk.guards} />
        )}
        {runtime.risk.trading_state === "reducing" ? (
          <p className={styles.paused}>Nothing that adds exposure is sent; exits go on.</p>
        ) : null}
        <p className={styles.more}>
          <TextLink to="/strangle/risk">Risk & reconciliation</TextLink>
        </p>
      </PanelBody>
    </Panel>
  );
}

export function Guards({ guards }: { guards: readonly Guard[] }) {
  return (
    <dl className={styles.guards}>
      {guards.map((guard) => (
        <div key={guard.name}>
          <dt>{guardName(guard)}</dt>
          <dd>
            <span className={styles.meter} aria-hidden="true">
              <span
                className={
                  guard.status === "blocking"
                    ? styles.tripped
                    : guard.status === "warning"
                      ? styles.near
                      : ""
                }
                style={{ width: `${shareOf(guard) * 100}%` }}
              />
            </span>
            <span className={styles.amount}>{guardText(guard)}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

const MONEY = new Set(["daily_loss", "max_daily_loss", "margin", "balance"]);
const GUARD_NAMES: Record<string, string> = {
  daily_loss: "Day loss",
  max_daily_loss: "Day loss",
  sessions_per_day: "Sessions today",
  max_sessions_per_day: "Sessions today",
  orders_per_minute: "Orders a minute",
  max_orders_per_minute: "Orders a minute",
  order_rate: "Orders a minute",
  max_lots_per_leg: "Lots a leg",
  lots_per_leg: "Lots a leg",
  quota: "Venue quota",
  margin: "Margin",
};
const guardName = (guard: Guard) => GUARD_NAMES[guard.name] ?? sentence(guard.name);

const shareOf = (guard: Guard) =>
  guard.used === null || guard.limit === null || guard.limit === 0
    ? 0
    : Math.min(1, Math.max(0, guard.used / guard.limit));

export function guardText(guard: Guard): string {
  const show = (value: number) =>
    MONEY.has(guard.name) ? `$${formatShort(Math.round(value), 1)}` : formatCount(value);
  const used = guard.used === null ? "n/a" : show(guard.used);
  const limit = guard.limit === null ? "no limit" : `of ${show(guard.limit)}`;
  return `${used} ${limit}${guard.status === "blocking" ? ", reached" : ""}`;
}

/** What a closed session left. */
export function ClosedCard({ runtime }: { runtime: Runtime }) {
  const now = useNow(30_000);
  const at = parseInstant(runtime.generated_at);
  return (
    <Panel title="Session closed" sub={at === null ? "" : formatDay(at, "IST", now)}>
      <PanelBody>
        <KeyValues
          rows={[
            ["Reason", reasonWords(runtime.exit_reason) || sentence(runtime.state ?? "closed")],
            ["Entered", istMinute(runtime.schedule.scheduled_entry_at)],
            ["Planned exit", istMinute(runtime.schedule.planned_exit_at)],
          ]}
        />
        <p className={styles.more}>
          <TextLink
            to="/strangle/history"
            search={
              runtime.session_id === null ? undefined : { session: String(runtime.session_id) }
            }
          >
            Open in history
          </TextLink>
        </p>
      </PanelBody>
    </Panel>
  );
}
