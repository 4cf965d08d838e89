import type { Job } from "@/api/schema";
import { serviceTitle } from "@/services/registry";
import { isActive, pageOf } from "@/shell/jobs";
import text from "@/styles/text.module.css";
import { Banner } from "@/ui/Banner";
import { LinkButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Id, Instant, KeyValues } from "@/ui/Figures";
import { JobProgress } from "@/ui/JobProgress";

/** Progress, times, result and log of one job. */
export function JobDetail({ job }: { job: Job }) {
  const page = pageOf(job);
  return (
    <>
      <JobProgress job={job} />
      {job.error ? <Banner tone="bad">{job.error.message}</Banner> : null}
      <KeyValues
        rows={[
          ["Service", serviceTitle(job.service)],
          ["Kind", <code key="kind">{job.name}</code>],
          ["Id", <Id key="id" value={job.id} copy />],
          ["Created, UTC", <Instant key="created" at={job.created_at} />],
          ["Started, UTC", <Instant key="started" at={job.started_at} />],
          ["Ended, UTC", <Instant key="ended" at={job.finished_at} />],
          ["Tries", job.attempts],
        ]}
      />
      <div className={cx(text.row, text.wrap)}>
        {!isActive(job) && page.to !== "/jobs" ? (
          <LinkButton kind="primary" to={page.to} search={page.search}>
            Open result
          </LinkButton>
        ) : null}
        <LinkButton to="/logs" search={{ search: job.id, range: "24h" }}>
          Open in logs
        </LinkButton>
      </div>
    </>
  );
}
