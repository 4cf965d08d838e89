import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { asProblem } from "@/api/problem";
import { counted } from "@/format/numbers";
import { CreditGlyph } from "@/services/glyphs";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Panel } from "@/ui/Panel";
import { Empty, ErrorPanel, Skeleton } from "@/ui/States";
import { poolQuery } from "../api/queries";
import type { Pool } from "../api/types";
import { describe } from "../model/assumptions";
import { FollowJob } from "../shared/FollowJob";
import { MetricCards } from "./MetricCards";
import type { Bench } from "./useWorkbench";
import styles from "./Workbench.module.css";

const MOST_NAMED = 5;

/** What a person has to know before believing the figures. */
export function Notices({ pool, bench }: { pool: Pool; bench: Bench }) {
  const { shown, live, tooLarge, stored } = bench;
  const client = useQueryClient();
  const problem = live.error ? asProblem(live.error) : null;
  const gone = problem?.status === 404;
  return (
    <>
      {problem !== null && shown !== null ? (
        <Banner
          tone="bad"
          title="These assumptions were refused; the figures are those of the last good ones."
          actions={
            <Button
              small
              onPress={() =>
                gone
                  ? void client.invalidateQueries({ queryKey: poolQuery(pool.id).queryKey })
                  : live.retry()
              }
            >
              Try again
            </Button>
          }
        >
          {problem.fields.length > 0
            ? problem.fields.map((field) => field.message).join("; ")
            : problem.detail || problem.title}
        </Banner>
      ) : null}
      {tooLarge ? (
        <Banner
          title="This analysis is too large to follow every change."
          actions={
            <Button
              small
              kind="primary"
              isPending={bench.run.isPending}
              onPress={() => bench.run.mutate(describe(bench.state))}
            >
              Run as job
            </Button>
          }
        >
          {stored === null
            ? "Run it as a job; its result is shown here."
            : `The figures are those of the run ${stored.name}. Run the assumptions as a job to renew them.`}
        </Banner>
      ) : null}
      {shown !== null && shown.status === "partial" ? (
        <Banner tone="warn" title={`${counted(shown.skipped.length, "loan")} left out.`}>
          {shown.skipped.slice(0, MOST_NAMED).join(", ")}
          {shown.skipped.length > MOST_NAMED ? " and others" : ""} break rules; the figures are
          those of the rest.
        </Banner>
      ) : null}
      {shown !== null && shown.warnings.length > 0 ? (
        <Banner tone="warn" title={`${counted(shown.warnings.length, "note")}.`}>
          {shown.warnings
            .slice(0, MOST_NAMED)
            .map((note) => note.message)
            .join(" ")}
        </Banner>
      ) : null}
    </>
  );
}

/** Metric cards and chart, or what stands in their place: a job, an error, nothing yet. */
export function Results({
  pool,
  bench,
  children,
}: {
  pool: Pool;
  bench: Bench;
  children: ReactNode;
}) {
  const { shown, base, live, jobId } = bench;
  const stale = live.error !== null || (bench.may && bench.tooLarge);
  if (jobId !== null) {
    return (
      <Panel label="Run" className={styles.chart}>
        <div className={styles.jobPad}>
          <FollowJob
            id={jobId}
            onEnd={(job) => {
              const run = /\/runs\/([^/?]+)/.exec(job.result_url ?? "")?.[1] ?? null;
              bench.endJob(job.state === "succeeded" ? run : null);
            }}
          />
        </div>
      </Panel>
    );
  }
  if (shown === null) {
    return (
      <Panel label="Result" fill className={styles.chart}>
        {live.error || bench.storedError ? (
          <ErrorPanel
            what="The cash flows could not be computed"
            error={live.error ?? bench.storedError}
            onRetry={live.retry}
          />
        ) : live.loading ? (
          <Skeleton chart />
        ) : (
          <Empty title="No result to show" glyph={<CreditGlyph size={22} />}>
            {bench.may
              ? "Run the assumptions as a job; its result is shown here."
              : "Nobody has saved a run of this pool yet, and computing needs the role credit:operator."}
          </Empty>
        )}
      </Panel>
    );
  }
  return (
    <>
      <Panel label="Measures" className={styles.metsPanel}>
        {live.busy ? <div className={styles.busy} role="status" aria-label="Computing" /> : null}
        <MetricCards
          metrics={shown.metrics}
          base={base?.analysis.metrics ?? null}
          currency={pool.currency}
          stale={stale}
        />
      </Panel>
      {children}
    </>
  );
}
