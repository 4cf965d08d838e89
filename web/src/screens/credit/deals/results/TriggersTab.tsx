import { PaneGroup } from "@/charts/PaneGroup";
import { formatNumber } from "@/format/numbers";
import { formatDate } from "@/format/time";
import { cx } from "@/ui/cx";
import { Chip } from "@/ui/Marks";
import { Empty } from "@/ui/States";
import type { DealRun } from "../api/results";
import { stretches, type TriggerView, triggerViews, yearTicks } from "../model/results";
import styles from "./Results.module.css";

/** Every trigger over time: where it was breached, where its effects held, how much room was left. */
export function TriggersTab({ run }: { run: DealRun }) {
  const views = triggerViews(run);
  if (views.length === 0) {
    return (
      <Empty title="No trigger">
        A trigger compares a measure with a threshold and changes the deal. Add one under Build.
      </Empty>
    );
  }
  return (
    <div className={styles.scroll}>
      <div className={styles.bar}>
        <Legend />
      </div>
      {views.map((view) => (
        <TriggerBlock key={view.name} view={view} run={run} />
      ))}
      {run.status.some((status) => status !== run.status[0]) ? (
        <section className={styles.trigger} aria-label="Status of the deal">
          <div className={styles.triggerHead}>
            <h3>Status of the deal</h3>
          </div>
          <Strip
            label="Status by date"
            states={run.status.map((status) => status.replaceAll("_", " "))}
            dates={run.dates}
            look={() => styles.stripOk}
          />
        </section>
      ) : null}
    </div>
  );
}

function Legend() {
  return (
    <div className={styles.legend}>
      <span>
        <i className={styles.stripOk} /> passed
      </span>
      <span>
        <i className={styles.stripBreached} /> breached
      </span>
      <span>
        <i className={styles.stripActive} /> in effect
      </span>
    </div>
  );
}

const digits = (value: number) => (Math.abs(value) < 10 ? 4 : 2);
const shown = (value: number | null) =>
  value === null ? "n/a" : formatNumber(value, digits(value));

function TriggerBlock({ view, run }: { view: TriggerView; run: DealRun }) {
  const states = view.rows.map((row) =>
    row.active ? "in effect" : row.breached ? "breached" : "passed",
  );
  const xs = view.rows.map((row) => row.at);
  const look: Record<string, string | undefined> = {
    "in effect": styles.stripActive,
    breached: styles.stripBreached,
    passed: styles.stripOk,
  };
  return (
    <section className={styles.trigger} aria-label={`Trigger ${view.name}`}>
      <div className={styles.triggerHead}>
        <h3>{view.name}</h3>
        {view.first === null ? (
          <Chip tone="ok">never breached</Chip>
        ) : (
          <Chip tone="bad">breached first on {formatDate(view.first)}</Chip>
        )}
        {view.tightest === null ? null : (
          <span className={styles.unit}>
            least headroom {shown(view.tightest.headroom)} on {formatDate(view.tightest.date)}
          </span>
        )}
      </div>
      <Strip
        label={`${view.name} by date`}
        states={states}
        dates={run.dates}
        look={(state) => look[state]}
      />
      <PaneGroup
        label={
          view.first === null
            ? `${view.name} stays on the safe side of its threshold`
            : `${view.name} crosses its threshold on ${formatDate(view.first)}`
        }
        name={`trigger-${view.name}`}
        xs={xs}
        height={130}
        tools={false}
        formatX={(at) => formatDate(run.dates[Math.round(at)] ?? "")}
        tickX={(at) => (run.dates[Math.round(at)] ?? "").slice(0, 4)}
        ticksX={(low, high, wanted) => yearTicks(run.dates, low, high, wanted)}
        panes={[
          {
            id: "measure",
            title: "Measure and threshold",
            format: (value) => formatNumber(value, digits(value)),
            tick: (value) => String(Number(value.toPrecision(4))),
            series: [
              {
                id: "value",
                title: "Measure",
                values: view.rows.map((row) => row.value),
                color: "var(--cat-1)",
                form: "line",
              },
              {
                id: "threshold",
                title: "Threshold",
                values: view.rows.map((row) => row.threshold),
                color: "var(--text-2)",
                form: "step",
                dashed: true,
              },
            ],
          },
        ]}
      />
    </section>
  );
}

/** A timeline of states: the same information stands in words for readers. */
export function Strip({
  label,
  states,
  dates,
  look,
}: {
  label: string;
  states: readonly string[];
  dates: readonly string[];
  look: (state: string) => string | undefined;
}) {
  const parts = stretches(states);
  const words = parts.map(
    (part) =>
      `${part.state} from ${formatDate(dates[part.from] ?? "")} to ${formatDate(dates[part.to] ?? "")}`,
  );
  return (
    <div className={styles.strip} role="img" aria-label={`${label}: ${words.join("; ")}`}>
      {parts.map((part) => (
        <span
          key={part.from}
          className={cx(styles.stripPart, look(part.state))}
          style={{ flexGrow: part.to - part.from + 1, flexBasis: 0 }}
        >
          {part.state !== "passed" && part.state !== "in effect" && part.state !== "breached"
            ? part.state
            : ""}
        </span>
      ))}
    </div>
  );
}

/** Coverage tests over time. */
export function TestsTab({ run }: { run: DealRun }) {
  if (run.tests.length === 0) {
    return (
      <Empty title="No coverage test">
        Overcollateralisation and interest coverage of classes stand here. Add one under Build.
      </Empty>
    );
  }
  return (
    <div className={styles.scroll}>
      {run.tests.map((test) => {
        const failed = test.passed.indexOf(false);
        const failures = test.passed.filter((passed) => !passed).length;
        return (
          <section key={test.name} className={styles.trigger} aria-label={`Test ${test.name}`}>
            <div className={styles.triggerHead}>
              <h3>{test.name}</h3>
              {failed < 0 ? (
                <Chip tone="ok">always passed</Chip>
              ) : (
                <Chip tone="bad">
                  fails on {failures} of {run.dates.length} dates, first{" "}
                  {formatDate(run.dates[failed] ?? "")}
                </Chip>
              )}
            </div>
            <Strip
              label={`${test.name} by date`}
              states={test.passed.map((passed) => (passed ? "passed" : "breached"))}
              dates={run.dates}
              look={(state) => (state === "passed" ? styles.stripOk : styles.stripBreached)}
            />
            <PaneGroup
              label={`${test.name}: ratio against what is needed`}
              name={`test-${test.name}`}
              xs={run.dates.map((_, at) => at)}
              height={130}
              tools={false}
              formatX={(at) => formatDate(run.dates[Math.round(at)] ?? "")}
              tickX={(at) => (run.dates[Math.round(at)] ?? "").slice(0, 4)}
              ticksX={(low, high, wanted) => yearTicks(run.dates, low, high, wanted)}
              panes={[
                {
                  id: "ratio",
                  title: "Ratio, %",
                  format: (value) => formatNumber(value, 2),
                  tick: (value) => String(Number(value.toPrecision(4))),
                  series: [
                    {
                      id: "value",
                      title: "Ratio",
                      values: test.value.map((value) => (value === null ? null : 100 * value)),
                      color: "var(--cat-1)",
                      form: "line",
                    },
                    {
                      id: "threshold",
                      title: "Needed",
                      values: test.threshold.map((value) => 100 * value),
                      color: "var(--text-2)",
                      form: "step",
                      dashed: true,
                    },
                  ],
                },
              ]}
            />
          </section>
        );
      })}
    </div>
  );
}
