import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useMemo, useState } from "react";
import { useCrosshair } from "@/charts/crosshair";
import { formatDate } from "@/format/time";
import { IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Slider } from "@/ui/Slider";
import { Empty, Loaded } from "@/ui/States";
import { useSearchState } from "../../../search";
import type { AmountUnit } from "../../model/units";
import { logQuery } from "../api/runQueries";
import { stepAtPlace } from "../model/places";
import { NOTE_WORDS, type ReplayStep, replay, replayRows } from "../model/replay";
import { stepWords } from "../model/steps";
import type { DetailProps } from "./Detail";
import styles from "./Results.module.css";

/** One payment date step by step: the slider walks the dates, the steps move the cash. */
export function ReplayTab({
  dealId,
  runId,
  deal,
  scenario,
  unit,
}: DetailProps & { unit: AmountUnit }) {
  const [search, change] = useSearchState();
  const cross = useCrosshair();
  const { run } = scenario;
  const last = run.dates.length - 1;
  const asked = Number(search.at_date ?? 0);
  const at = Math.min(Math.max(0, last), Number.isInteger(asked) && asked > 0 ? asked : 0);
  const date = run.dates[at] ?? "";
  const stored = useQuery({
    ...logQuery(dealId, runId ?? "", scenario.name),
    enabled: runId !== null && !run.log,
  });
  const rows = stored.data;
  const steps = useMemo(() => {
    if (run.log) {
      return replay(run, at);
    }
    return rows === undefined ? undefined : replayRows(run, rows, date);
  }, [run, at, rows, date]);
  const go = (next: number) => {
    const to = Math.min(last, Math.max(0, next));
    cross.setX(to);
    change({ at_date: to === 0 ? undefined : String(to) });
  };
  if (run.dates.length === 0) {
    return <Empty title="No payment date" />;
  }
  return (
    <div className={styles.tab}>
      <div className={styles.bar}>
        <IconButton label="Payment before" isDisabled={at === 0} onPress={() => go(at - 1)}>
          <ChevronLeft size={14} />
        </IconButton>
        <div className={styles.grow}>
          <Slider
            label="Payment date"
            value={at}
            onChange={go}
            min={0}
            max={Math.max(1, last)}
            step={1}
            format={(value) =>
              `${value + 1} of ${last + 1} · ${formatDate(run.dates[value] ?? "")}`
            }
          />
        </div>
        <IconButton label="Payment after" isDisabled={at === last} onPress={() => go(at + 1)}>
          <ChevronRight size={14} />
        </IconButton>
        <span className={styles.unit}>{(run.status[at] ?? "").replaceAll("_", " ")}</span>
      </div>
      <Loaded
        query={{
          data: steps,
          error: stored.error,
          isPending: stored.isPending,
          refetch: () => stored.refetch(),
        }}
        what="The step log"
      >
        {(shown) => <Steps key={date} steps={shown} deal={deal} run={run} unit={unit} at={at} />}
      </Loaded>
    </div>
  );
}

function Steps({
  steps,
  deal,
  run,
  unit,
  at,
}: {
  steps: readonly ReplayStep[];
  deal: DetailProps["deal"];
  run: DetailProps["scenario"]["run"];
  unit: AmountUnit;
  at: number;
}) {
  const [picked, setPicked] = useState<number | null>(null);
  const now = picked ?? steps.length - 1;
  const cash = steps[now]?.accounts ?? run.accounts.map((account) => account.balance[at] ?? 0);
  const most = Math.max(
    1,
    ...steps.flatMap((step) => step.accounts),
    ...run.accounts.map((account) => account.target[at] ?? 0),
  );
  const walk = (event: React.KeyboardEvent<HTMLElement>) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by !== 0) {
      event.preventDefault();
      const next = Math.min(steps.length - 1, Math.max(0, now + by));
      setPicked(next);
      event.currentTarget.querySelectorAll<HTMLElement>("button")[next]?.focus();
    }
  };
  if (steps.length === 0) {
    return <Empty title="No step">The waterfall of this date did nothing.</Empty>;
  }
  return (
    <div className={styles.replay}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the buttons inside take the focus */}
      <div className={styles.flow} onKeyDown={walk}>
        {steps.map((step, index) => {
          const found = stepAtPlace(deal, step.place);
          const words = found === null ? step.place : (found.label ?? stepWords(found));
          const idle = step.paid === 0;
          return (
            <button
              key={step.entry}
              type="button"
              className={cx(
                styles.flowStep,
                index === now && styles.flowNow,
                idle && styles.flowIdle,
              )}
              aria-pressed={index === now}
              onClick={() => setPicked(index)}
            >
              <span className={styles.dim}>{index + 1}</span>
              <span>
                {words}
                <span className={styles.flowNote}> · {NOTE_WORDS[step.note]}</span>
              </span>
              <span className={styles.flowAmount}>{unit.format(step.paid)}</span>
              {step.parts.length > 0 || (step.requested !== null && !idle) ? (
                <span className={styles.flowParts}>
                  {step.requested === null ? null : <span>due {unit.format(step.requested)}</span>}
                  {step.limit === null ? null : <span>limit {unit.format(step.limit)}</span>}
                  {step.parts
                    .filter((part) => part.amount !== 0 || part.due !== 0)
                    .map((part) => (
                      <span key={`${part.party}:${part.name}`}>
                        {part.name} {part.party} {unit.format(part.amount)}
                        {part.due > part.amount + 0.005 ? ` of ${unit.format(part.due)}` : ""}
                      </span>
                    ))}
                </span>
              ) : null}
            </button>
          );
        })}
      </div>
      <section className={styles.tanks} aria-label={`Cash in accounts after step ${now + 1}`}>
        <div className={styles.unit}>Cash after step {now + 1}</div>
        {run.accounts.map((account, index) => {
          const held = cash[index] ?? 0;
          const target = account.target[at] ?? null;
          return (
            <div key={account.name} className={styles.tank}>
              <div className={styles.tankHead}>
                <span>{account.name}</span>
                <span className="num">
                  {unit.format(held)}
                  {target === null ? "" : ` of ${unit.format(target)}`}
                </span>
              </div>
              <div className={styles.tankBar}>
                <div
                  className={styles.tankFill}
                  style={{ width: `${Math.min(100, (100 * Math.max(0, held)) / most)}%` }}
                />
              </div>
            </div>
          );
        })}
      </section>
    </div>
  );
}
